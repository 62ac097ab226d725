import { expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { ReconnectPace } from './reconnect-pace.ts';

const oneLot = (fraction: number) => ({ hex: () => '', fraction: () => fraction });

it('a broken connection is tried again at once at first, seldom after a long outage, and at once after the next break', () => {
  const clock = new ManualClock();
  const pace = new ReconnectPace(clock, oneLot(0));
  const waits = [0, 900, 1_100, 3_000, 5_000, 3_600_000].map((ms) => {
    clock.advance(ms);
    return pace.waitMs();
  });
  expect(waits).toEqual([100, 100, 200, 500, 1_000, 1_000]);
  pace.connected();
  expect(pace.waitMs()).toBe(100);
});

it('those whom one break met come back each at their own moment, within twice the wait', () => {
  const clock = new ManualClock();
  expect([0, 0.5, 0.99].map((fraction) => new ReconnectPace(clock, oneLot(fraction)).waitMs())).toEqual([100, 150, 199]);
});
