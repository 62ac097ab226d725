import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { within } from './clock.ts';

describe('waiting for work, but at most so long', () => {
  const maxMs = 1_000;

  it('ends with the work, and leaves no timer', async () => {
    const clock = new ManualClock();
    expect(await within(clock, maxMs, Promise.resolve('done'))).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('fails like the work, and leaves no timer', async () => {
    const clock = new ManualClock();
    await expect(within(clock, maxMs, Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(clock.pending).toBe(0);
  });

  it('ends with the time, and a failure afterwards is nobody’s', async () => {
    const clock = new ManualClock();
    const work = Promise.withResolvers<void>();
    const waiting = within(clock, maxMs, work.promise);
    await clock.advanceSettling(maxMs);
    expect(await waiting).toBe(false);
    work.reject(new Error('late'));
    expect(clock.pending).toBe(0);
  });
});
