import type { FilterName, StrategyName } from '#contracts';
import type { Candidate, Demand, PlacementDemand } from './candidate.ts';
import type { FleetPorts } from './filter.ts';
import type { TieOptions } from './ties.ts';

export type PlacementOptions = TieOptions & {
  readonly strategy: StrategyName;
  /** Classic's filters, in order; the standing ones are always on. */
  readonly filters: readonly FilterName[];
  /** Share that may be promised beyond the capacity; 0.05 = 5 %. */
  readonly overcommit: number;
  readonly groupLabels: readonly string[];
  readonly fleetPorts: FleetPorts;
  /** Engines of the fleet that are not offered this time: excluded, or not among the only ones asked for. */
  readonly withheld: () => readonly Candidate[];
  /** Memory and cores that a request asks of an engine. */
  readonly demandOf: (request: PlacementDemand) => Demand;
};
