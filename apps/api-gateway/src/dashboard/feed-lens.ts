import type { EngineSummary, PlacementNotice } from '#contracts';
import { ownNotice } from '../access/own-decision.ts';
import type { Fleet } from '../fleet.ts';
import type { FleetEngine } from '../fleet-view/fleet-engine.ts';
import type { FleetEvent } from '../routes/events/fleet-event.ts';
import { ownEventTest } from '../routes/events/own-events.ts';
import { engineSummary } from './engine-summary.ts';

/** What of the fleet a feed tells. */
export type FeedLens = {
  /** Whether Baleen's own parts are told of: leadership, monitors, NATS, what this gateway is asked. */
  readonly isWhole: boolean;
  shows(engine: FleetEngine): boolean;
  /** An engine as it is told; `undefined` = it is not. */
  summary(engine: FleetEngine): EngineSummary | undefined;
  /** A placement as it is told; `undefined` = it is not. */
  placement(notice: PlacementNotice): PlacementNotice | undefined;
  /** For one session: which of its events are told. */
  eventTest(): (event: FleetEvent) => boolean;
};

/** Everything, or a tenant's share: its containers, their engines as it could learn them by inspection, its placements and events. */
export function feedLens({ scope, follower, config }: Pick<Fleet, 'scope' | 'follower' | 'config'>): FeedLens {
  const summaryOf = (engine: FleetEngine) => engineSummary(engine, config.clusterOpts.cpuShares);
  if (scope === undefined)
    return { isWhole: true, shows: () => true, summary: summaryOf, placement: (notice) => notice, eventTest: () => () => true };
  const shows = ({ shelves }: FleetEngine) => shelves.container.size > 0;
  return {
    isWhole: false,
    shows,
    summary: (engine) => {
      if (!shows(engine)) return undefined;
      const { monitor: _, ...shown } = summaryOf(engine);
      return shown;
    },
    placement: (notice) => ownNotice(notice, scope.tenant),
    eventTest: () => ownEventTest(follower, scope),
  };
}
