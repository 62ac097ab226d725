import { binpackStrategy } from './binpack.strategy.ts';
import { randomStrategy } from './random.strategy.ts';
import { spreadStrategy } from './spread.strategy.ts';
import type { PlacementStrategy } from './strategy.ts';

const strategies: readonly PlacementStrategy[] = [spreadStrategy, binpackStrategy, randomStrategy];

/** One of `strategyNames`; another one is a defect, since the configuration lets only those through. */
export function strategyNamed(name: string): PlacementStrategy {
  const strategy = strategies.find((known) => known.name === name);
  if (strategy === undefined) throw new RangeError(`no strategy ${name}`);
  return strategy;
}
