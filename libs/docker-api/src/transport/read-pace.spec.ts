import { expect, it } from 'vitest';
import { ReadPace } from './read-pace.ts';

const kib = 1024;

it('rests after pieces of bulk, not after a trickle, nor where enough came at once', () => {
  const pace = new ReadPace();
  const lengths = [32 * kib, 300 * kib, 1024 * kib, 32 * kib, 200 * kib, 100, 32 * kib];
  expect(lengths.map((length) => pace.restsAfter(length))).toEqual([true, true, false, true, true, false, false]);
});

it('does not go on resting for a sender that waits meanwhile, and tries again later', () => {
  const pace = new ReadPace();
  const rests = Array.from({ length: 60 }, () => pace.restsAfter(32 * kib));
  expect(rests.flatMap((isRest, at) => (isRest ? [at] : []))).toEqual([0, 17, 34, 51]);
});
