import { binpackStrategy } from './binpack.strategy.ts';
import { randomStrategy } from './random.strategy.ts';
import { spreadStrategy } from './spread.strategy.ts';
import type { PlacementStrategy } from './strategy.ts';

const strategies: readonly PlacementStrategy[] = [spreadStrategy, binpackStrategy, randomStrategy];

/** Classic's hidden second name of binpack (spec 1.6). */
const binpackAlias = 'binpacking';

/** By the name users give to `--strategy`; an unknown one is a defect, since the configuration lets only known ones through. */
export function strategyNamed(name: string): PlacementStrategy {
  const wanted = name === binpackAlias ? binpackStrategy.name : name;
  const strategy = strategies.find((known) => known.name === wanted);
  if (strategy === undefined) throw new RangeError(`no strategy ${name}`);
  return strategy;
}
