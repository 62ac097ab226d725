import { expect, it } from 'vitest';
import { LastWords } from './last-words.ts';

it('outdates what older readings say, whether the newer one wrote or found its word in the log', async () => {
  const words = new LastWords();
  words.confirm('a', 5);
  expect([words.isOutdated('a', 4), words.isOutdated('a', 5), words.isOutdated('b', 4)]).toEqual([true, false, false]);
  await words.write(['b'], 7, () => Promise.resolve());
  expect([words.isOutdated('b', 6), words.isUnsettled('b')]).toEqual([true, false]);
});

it('is unsettled while the newest write is under way, however older ones end', async () => {
  const words = new LastWords();
  const [older, newer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const writes = [words.write(['a'], 1, () => older.promise), words.write(['a'], 2, () => newer.promise)];
  older.resolve();
  await writes[0];
  expect(words.isUnsettled('a')).toBe(true);
  newer.resolve();
  await writes[1];
  expect(words.isUnsettled('a')).toBe(false);
});

it('stays unsettled after a write that failed until one succeeds', async () => {
  const words = new LastWords();
  await expect(words.write(['a'], 1, () => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
  expect(words.isUnsettled('a')).toBe(true);
  await words.write(['a'], 2, () => Promise.resolve());
  expect(words.isUnsettled('a')).toBe(false);
});
