import { expect, it } from 'vitest';
import { designatedMonitor } from './rendezvous.ts';

const engines = Array.from({ length: 600 }, (_, index) => `engine-${index}`);
const owners = (monitors: string[]) => engines.map((engine) => designatedMonitor(monitors, engine));

it('spreads engines over monitors, whatever the order in which they are known', () => {
  const spread = owners(['a', 'b', 'c']);
  expect(owners(['c', 'a', 'b'])).toEqual(spread);
  for (const monitor of ['a', 'b', 'c']) expect(spread.filter((owner) => owner === monitor).length).toBeGreaterThan(150);
});

it('moves only the engines of a monitor that left', () => {
  const before = owners(['a', 'b', 'c']);
  const kept = engines.filter((_, index) => before[index] !== 'c');
  expect(kept.map((engine) => designatedMonitor(['a', 'b'], engine))).toEqual(before.filter((owner) => owner !== 'c'));
});

it('designates nobody without monitors', () => {
  expect(designatedMonitor([], 'engine-1')).toBeUndefined();
});
