import { expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { Arrivals } from './arrivals.ts';

it('wakes all who wait, and nobody who comes later', async () => {
  const [clock, arrivals] = [new ManualClock(), new Arrivals()];
  const both = Promise.all([arrivals.rest(clock, 200), arrivals.rest(clock, 200)]);
  arrivals.arrived();
  await both;
  let isOver = false;
  const later = arrivals.rest(clock, 200).then(() => {
    isOver = true;
  });
  await clock.advanceSettling(199);
  expect(isOver).toBe(false);
  await clock.advanceSettling(1);
  await later;
});

it('ends a rest by the signal, before it and in it', async () => {
  const [clock, arrivals, leaving] = [new ManualClock(), new Arrivals(), new AbortController()];
  const rest = arrivals.rest(clock, 200, leaving.signal);
  leaving.abort(new Error('gone'));
  await expect(rest).rejects.toThrow('gone');
  await expect(arrivals.rest(clock, 200, leaving.signal)).rejects.toThrow('gone');
});
