import { expect, it } from 'vitest';
import { LeapingClock } from './leaping-clock.ts';

it('a leap fires what is due within it, each at its own time, also what was set meanwhile, and nothing twice', async () => {
  const clock = new LeapingClock();
  const startMs = clock.monotonicMs();
  const fired: string[] = [];
  const note = (name: string) => fired.push(`${name} ${Math.floor((clock.monotonicMs() - startMs) / 100)}`);
  clock.after(200, () => note('second'));
  clock.after(100, () => {
    note('first');
    clock.after(200, () => note('third'));
  });
  clock.after(100, () => note('cancelled'))();
  clock.after(60_000, () => note('later'))();
  clock.leap(400);
  expect(fired).toEqual(['first 1', 'second 2', 'third 3']);
  await new Promise<void>((resolve) => {
    clock.after(1, resolve);
  });
  expect(fired).toHaveLength(3);
});
