import { expect, it } from 'vitest';
import { rendezvous } from './rendezvous.ts';

const engines = Array.from({ length: 600 }, (_, index) => `engine-${index}`);
const owners = (monitors: string[]) => engines.map((engine) => rendezvous(monitors, engine));

it('spreads engines over monitors, whatever the order in which they are known', () => {
  const spread = owners(['a', 'b', 'c']);
  expect(owners(['c', 'a', 'b'])).toEqual(spread);
  for (const monitor of ['a', 'b', 'c']) expect(spread.filter((owner) => owner === monitor).length).toBeGreaterThan(150);
});

it('moves only the engines of a monitor that left', () => {
  const before = owners(['a', 'b', 'c']);
  const kept = engines.filter((_, index) => before[index] !== 'c');
  expect(kept.map((engine) => rendezvous(['a', 'b'], engine))).toEqual(before.filter((owner) => owner !== 'c'));
});

it.each([2, 3, 4, 8])(
  'moves about 1/n of the engines to the n-th monitor that joins (n = %i), and none between others',
  (count) => {
    const monitors = Array.from({ length: count }, (_, index) => `monitor-${index}`);
    const joined = monitors.at(-1);
    const before = owners(monitors.slice(0, -1));
    const moved = owners(monitors).filter((owner, index) => owner !== before[index]);
    expect(new Set(moved)).toEqual(new Set([joined]));
    expect(moved.length / engines.length).toBeGreaterThan(0.7 / count);
    expect(moved.length / engines.length).toBeLessThan(1.3 / count);
  },
);

it('designates nobody without monitors', () => {
  expect(rendezvous([], 'engine-1')).toBeUndefined();
});
