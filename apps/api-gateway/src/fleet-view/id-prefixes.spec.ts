import { expect, it } from 'vitest';
import { IdPrefixes } from './id-prefixes.ts';

type Holder = { readonly ids: readonly string[] };

const holder = (...ids: string[]): Holder => ({ ids });

function indexOf(...holders: Holder[]): IdPrefixes<Holder> {
  const index = new IdPrefixes<Holder>(({ ids }) => ids);
  for (const each of holders) index.add(each);
  return index;
}

it.each([
  ['', ['abcd', 'abd0', 'b000', 'ab']],
  ['a', ['abcd', 'abd0', 'ab']],
  ['ab', ['abcd', 'abd0', 'ab']],
  ['abc', ['abcd']],
  ['abcd', ['abcd']],
  ['abcde', []],
  ['c', []],
])('finds the holders of IDs that begin with %j', (prefix, found) => {
  const index = indexOf(holder('abcd'), holder('abd0'), holder('b000'), holder('ab'));
  expect([...index.startingWith(prefix)].map(({ ids }) => ids[0])).toEqual(found);
});

it('finds a holder of two IDs by either, and once where both begin alike', () => {
  const [apart, alike] = [holder('abc1', 'xyz1'), holder('def1', 'def2')];
  const index = indexOf(apart, alike);
  expect([...index.startingWith('abc')]).toEqual([apart]);
  expect([...index.startingWith('xy')]).toEqual([apart]);
  expect([...index.startingWith('def')]).toEqual([alike]);
});

it('forgets a holder under all of its IDs, and nobody else', () => {
  const [gone, alike, other] = [holder('abc1', 'xyz1'), holder('def1', 'def2'), holder('abc2')];
  const index = indexOf(gone, alike, other);
  index.remove(gone);
  index.remove(alike);
  expect([...index.startingWith('')]).toEqual([other]);
  expect([...index.near('def1')]).toEqual([]);
});
