import type { PlacementStrategy } from './strategy.ts';

const healthFactor = -10;

export const spreadStrategy: PlacementStrategy = {
  score: ({ health }, { cpu, memory }) => cpu + memory + healthFactor * health,
  tieBreak: ({ containerCount }) => containerCount,
};
