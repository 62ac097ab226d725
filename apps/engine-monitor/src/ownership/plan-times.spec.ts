import { expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { PlanTimes } from './plan-times.ts';

it('leaves no timer behind when it is stopped, not even for the goodbye of its own monitor, which is heard afterwards', () => {
  const clock = new ManualClock();
  const times = new PlanTimes(clock, 15_000, () => undefined);
  times.poll();
  times.soon();
  times.onceSettled(1_000);
  times.afterGoodbye(10_000);
  times.stop();
  times.afterGoodbye(10_000);
  expect(clock.pending).toBe(0);
});
