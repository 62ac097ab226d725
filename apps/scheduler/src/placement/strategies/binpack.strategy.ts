import type { PlacementStrategy } from './strategy.ts';

/** Health outweighs load: ten points per percent (spec 5.8). */
const healthFactor = 10;

/** The fullest engine that still has room; ties go to the one with more containers (spec 5.8). */
export const binpackStrategy: PlacementStrategy = {
  rank: ({ health, containerCount }, { cpu, memory }) => [-(cpu + memory + healthFactor * health), -containerCount],
};
