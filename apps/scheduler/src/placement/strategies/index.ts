import { binpackStrategy } from './binpack.strategy.ts';
import { randomStrategy } from './random.strategy.ts';
import { spreadStrategy } from './spread.strategy.ts';
import type { PlacementStrategy } from './strategy.ts';

export const strategies: readonly PlacementStrategy[] = [spreadStrategy, binpackStrategy, randomStrategy];
