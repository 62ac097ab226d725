import { expect, it } from 'vitest';
import { type GatheredEntries, GatheredList } from './gathered-list.ts';

/** A list whose requests end when told. */
function gatheredOf() {
  const requests: { readonly ids: readonly string[]; readonly end: PromiseWithResolvers<GatheredEntries> }[] = [];
  const gathered = new GatheredList((ids) => {
    const end = Promise.withResolvers<GatheredEntries>();
    requests.push({ ids, end });
    return end.promise;
  });
  return { gathered, requests, asked: () => requests.map(({ ids }) => ids.join(' ')) };
}

const entries: GatheredEntries = { stamp: 1, byId: new Map() };

it('asks about one container at once, and together about what is wanted meanwhile', async () => {
  const { gathered, requests, asked } = gatheredOf();
  const first = gathered.ask('a');
  await Promise.resolve();
  expect(asked()).toEqual(['a']);
  const later = [gathered.ask('b'), gathered.ask('c'), gathered.ask('b'), gathered.ask('a')];
  expect(asked()).toEqual(['a']);
  requests[0]?.end.resolve(entries);
  await first;
  await expect.poll(asked).toEqual(['a', 'b c a']);
  requests[1]?.end.resolve({ ...entries, stamp: 2 });
  expect((await Promise.all(later)).map(({ stamp }) => stamp)).toEqual([2, 2, 2, 2]);
});

it('asks together about what is wanted in one turn', async () => {
  const { gathered, asked } = gatheredOf();
  for (const id of ['a', 'b']) void gathered.ask(id);
  await Promise.resolve();
  expect(asked()).toEqual(['a b']);
});

it('goes on after a request that failed', async () => {
  const { gathered, requests, asked } = gatheredOf();
  const first = gathered.ask('a');
  await Promise.resolve();
  const second = gathered.ask('b');
  requests[0]?.end.reject(new Error('no answer'));
  await expect(first).rejects.toThrow('no answer');
  await expect.poll(asked).toEqual(['a', 'b']);
  requests[1]?.end.resolve(entries);
  expect(await second).toBe(entries);
});
