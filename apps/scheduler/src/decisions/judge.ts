import type { BaleenError, ContainerFacts, DecisionRecord, MovedObject, PlacementRequest, StrategyName } from '#contracts';
import type { TieOptions } from '../placement/ties.ts';

/** Engines that may be judged. */
export type Offer = {
  /** Only these; empty = all. */
  readonly only: readonly string[];
  readonly exclude: readonly string[];
  /** Container that is being replaced: its host ports are free for its successor. */
  readonly replaces?: string;
  /** As of `TieOptions`. */
  readonly moves?: TieOptions['moves'];
};

export type Choice = {
  readonly engine: string;
  readonly devices: readonly string[];
  /** What has to be brought there before. */
  readonly moves: readonly MovedObject[];
};

/** Outcome of one placement: a choice, or the failure the client gets; and its explanation in either case. */
export type Judgement = {
  /** Of more than `verdictsMax` candidates the chosen one's verdict first, then the others as they come; default: all. */
  readonly decision: (operation: string, cause: string, atMs: number, verdictsMax?: number) => DecisionRecord;
} & ({ readonly chosen: Choice; readonly failure?: undefined } | { readonly chosen?: undefined; readonly failure: BaleenError });

/** Placement over the ledger: synchronous, without I/O, and without effect on it. */
export interface Judge {
  readonly strategy: StrategyName;
  place(request: PlacementRequest, offer: Offer): Judgement;
  /** Which of these networks (names or IDs) can be brought to the engine: they are elsewhere, and nothing uses them. */
  moves(engine: string, networks: readonly string[]): MovedObject[];
  /** Throws placement/no-eligible-engine when the container's own engine cannot give what it asks for. */
  resize(engine: string, facts: ContainerFacts, request: PlacementRequest): void;
  /** CpuShares to send the engine; `undefined` = the user's own. */
  engineShares(engine: string, request: PlacementRequest): number | undefined;
  /** CpuShares of a container as its user gave them. */
  userShares(engine: string, facts: ContainerFacts): number;
}
