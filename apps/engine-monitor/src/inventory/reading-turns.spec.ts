import { expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { ReadingTurns } from './reading-turns.ts';

it('lets 16 engines be read at once, and the next ones when one is read, fails or hangs', async () => {
  const clock = new ManualClock();
  const turns = new ReadingTurns(clock);
  const begun: PromiseWithResolvers<string>[] = [];
  const read = () => {
    const reading = Promise.withResolvers<string>();
    begun.push(reading);
    return reading.promise;
  };
  const [first, second, ...others] = Array.from({ length: 40 }, () => turns.take(read));
  await clock.advanceSettling(0);
  expect(begun).toHaveLength(16);
  begun[0]?.resolve('what it holds');
  begun[1]?.reject(new Error('refused'));
  expect(await first).toBe('what it holds');
  await expect(second).rejects.toThrow('refused');
  await clock.advanceSettling(4_000);
  expect(begun).toHaveLength(18);
  await clock.advanceSettling(1_000);
  expect(begun).toHaveLength(34);
  begun[2]?.resolve('late');
  expect(await others[0]).toBe('late');
});
