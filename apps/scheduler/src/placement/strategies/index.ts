import type { StrategyName } from '#contracts';
import { binpackStrategy } from './binpack.strategy.ts';
import { randomStrategy } from './random.strategy.ts';
import { spreadStrategy } from './spread.strategy.ts';
import type { PlacementStrategy } from './strategy.ts';

/** Those that `--strategy` chooses from. */
export const strategies: Readonly<Record<StrategyName, PlacementStrategy>> = {
  spread: spreadStrategy,
  binpack: binpackStrategy,
  random: randomStrategy,
};
