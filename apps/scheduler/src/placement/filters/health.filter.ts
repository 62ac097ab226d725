import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines that do not answer (spec 5.2). */
export const healthFilter: PlacementFilter = {
  name: 'health',
  prepare: () => ({ judge: (candidate) => (candidate.health > 0 ? fits : 'the engine is not healthy'), conditions: [] }),
};
