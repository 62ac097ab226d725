import type { PlacementStrategy } from './strategy.ts';

/** Health outweighs load: ten points per percent (spec 5.8). */
const healthFactor = -10;

/** The emptiest engine; ties go to the one with fewer containers (spec 5.8). */
export const spreadStrategy: PlacementStrategy = {
  score: ({ health }, { cpu, memory }) => cpu + memory + healthFactor * health,
  tieBreak: ({ containerCount }) => containerCount,
};
