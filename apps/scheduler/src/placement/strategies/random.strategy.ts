import type { PlacementStrategy } from './strategy.ts';

/** Any engine with room, by lot (classic's ignored resources; here they were checked before). */
export const randomStrategy: PlacementStrategy = {
  rank: (_candidate, _scores, fraction) => [fraction()],
};
