import { expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { askAgain } from './ask-again.ts';

const spacing = { everyMs: 1_000, asksMax: 3 };

it('asks again while nothing answers, no more often than allowed, and aborts what is left after the first answer', async () => {
  const clock = new ManualClock();
  const asked: { readonly signal: AbortSignal; readonly answer: (text: string) => void }[] = [];
  const answer = askAgain(clock, spacing, (signal) => new Promise<string>((resolve) => asked.push({ signal, answer: resolve })));
  await clock.advanceSettling(10_000);
  expect(asked).toHaveLength(3);
  asked[1]?.answer('here');
  expect(await answer).toBe('here');
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
});

it('fails with the first failure and asks no more', async () => {
  const clock = new ManualClock();
  let asks = 0;
  const answer = askAgain(clock, spacing, () => {
    asks += 1;
    return Promise.reject(new Error('refused'));
  });
  await expect(answer).rejects.toThrow('refused');
  await clock.advanceSettling(10_000);
  expect([asks, clock.pending]).toEqual([1, 0]);
});
