import { setImmediate as turnEnd } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { EventBeat } from './event-beat.ts';

it('writes to each client once at the end of a turn, however much came in it', async () => {
  const beat = new EventBeat(new ManualClock());
  const written: string[] = [];
  const [one, other] = [() => written.push('one'), () => written.push('other')];
  for (const client of [one, other, one]) beat.next(client);
  expect(written).toEqual([]);
  await turnEnd();
  expect(written).toEqual(['one', 'other']);
});

it('rests for as long as the writing took, and no longer than 10 ms', async () => {
  let nowMs = 0;
  const restsMs: number[] = [];
  let wake = () => {};
  const after = (delayMs: number, callback: () => void) => {
    restsMs.push(delayMs);
    wake = () => {
      nowMs += delayMs;
      callback();
    };
    return () => undefined;
  };
  const beat = new EventBeat({ nowMs: () => nowMs, monotonicMs: () => nowMs, after });
  const writing = (tookMs: number) => () => {
    nowMs += tookMs;
  };
  beat.next(writing(4));
  await turnEnd();
  beat.next(writing(60));
  wake();
  await turnEnd();
  beat.next(writing(0));
  expect(restsMs).toEqual([4, 10]);
});
