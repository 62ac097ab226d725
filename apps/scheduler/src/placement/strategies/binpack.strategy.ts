import type { PlacementStrategy } from './strategy.ts';

/** Health outweighs load: ten points per percent (spec 5.8). */
const healthFactor = 10;

/** The fullest engine that still has room; ties go to the one with more containers (spec 5.8). */
export const binpackStrategy: PlacementStrategy = {
  score: ({ health }, { cpu, memory }) => -(cpu + memory + healthFactor * health),
  tieBreak: ({ containerCount }) => -containerCount,
};
