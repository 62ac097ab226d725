import type { FleetPoint } from '#contracts';
import type { FleetEngine } from '../fleet-view/fleet-engine.ts';
import { countContainers } from '../routes/system/engine-totals.ts';

/** Running totals of what this gateway was asked and has heard. */
export type Totals = {
  readonly requests: number;
  readonly placements: number;
  readonly refusals: number;
  readonly events: number;
};

type Sample = { readonly atMs: number; readonly totals: Totals };

/** Makes points of the fleet, one after the other. */
export class FleetGauge {
  #last: Sample | undefined;

  /** The next point; `undefined` at the first look, for rates need two. */
  look(engines: readonly FleetEngine[], totals: Totals, atMs: number): FleetPoint | undefined {
    const last = this.#last;
    this.#last = { atMs, totals };
    return last === undefined || atMs <= last.atMs ? undefined : pointOf(engines, last, this.#last);
  }
}

function pointOf(members: readonly FleetEngine[], before: Sample, now: Sample): FleetPoint {
  const seconds = (now.atMs - before.atMs) / 1_000;
  const rate = (what: keyof Totals) => (now.totals[what] - before.totals[what]) / seconds;
  const counts = members.map(countContainers);
  return {
    atMs: now.atMs,
    engines: members.length,
    healthy: members.reduce((sum, { isHealthy }) => sum + Number(isHealthy), 0),
    containers: counts.reduce((sum, { total }) => sum + total, 0),
    running: counts.reduce((sum, { running }) => sum + running, 0),
    requestsPerSecond: rate('requests'),
    placementsPerSecond: rate('placements'),
    refusalsPerSecond: rate('refusals'),
    eventsPerSecond: rate('events'),
  };
}
