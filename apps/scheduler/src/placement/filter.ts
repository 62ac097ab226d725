import type { PlacementRequest } from '#contracts';
import type { Candidate } from './candidate.ts';
import type { Tie } from './ties.ts';

/** `undefined` = it may run here; otherwise why not, in words that read well before `(3 engines)`. */
export type Refusal = string | undefined;
export const fits: Refusal = undefined;

/** soft: `~` expressions count; hard: they do not (spec 5.1). */
export type Pass = 'soft' | 'hard';

export type FilterContext = {
  readonly pass: Pass;
  /** All engines offered, for rules that compare. */
  readonly candidates: readonly Candidate[];
  /** What the request is tied to of networks and volumes. */
  readonly ties: readonly Tie[];
  /** All others of the fleet, for rules about what none of it can. */
  readonly withheld: () => readonly Candidate[];
  readonly groupLabels: readonly string[];
  /** Names of the filters that judge this request. */
  readonly filters: ReadonlySet<string>;
  readonly fleetPorts: FleetPorts;
};

/** Host ports that are one set for the whole fleet: those of engines that are published at the gateways. */
export interface FleetPorts {
  /** False: the engine publishes its own, as it always did. */
  serves(engine: string): boolean;
  /** The first of the ports that somebody has already; `undefined` = none is held. `asker`: labels of the request that asks. */
  firstHeld(ports: readonly WantedPort[], asker: Readonly<Record<string, string>>): HeldPort | undefined;
}

export type WantedPort = PlacementRequest['ports'][number];
export type HeldPort = {
  readonly port: WantedPort;
  /** Who has it in words; `undefined` = another owner than the one who asks, whom it does not concern. */
  readonly holder: string | undefined;
};

/** What a filter makes of one request, once. */
export type PreparedFilter = {
  readonly judge: (candidate: Candidate) => Refusal;
  /** Its line in classic's failure message, e.g. `[port 80 (Bridge mode)]`; empty = nothing to say. */
  readonly conditions: readonly string[];
};

/** A rule for where a container may run. `undefined` from `prepare` = no opinion on this request. */
export interface PlacementFilter {
  readonly name: string;
  prepare(request: PlacementRequest, context: FilterContext): PreparedFilter | undefined;
}
