import type { PlacementStrategy } from './strategy.ts';

/** Any engine with room, by lot (classic's ignored resources; here they were checked before). */
export const randomStrategy: PlacementStrategy = {
  score: (_candidate, _scores, fraction) => fraction(),
  tieBreak: () => 0,
};
