import { expect, it } from 'vitest';
import { hash53 } from './hash53.ts';

const bytes = (text: string) => Buffer.from(text);

it('tells texts apart that differ in a bit, in their order or in where they end', () => {
  const all = [['a', 'b'], ['b', 'a'], ['ab'], ['ab', ''], ['', 'ab'], ['a', 'c'], []].map((parts) => hash53(parts.map(bytes)));
  expect(new Set(all).size).toBe(all.length);
  expect(hash53([bytes('a'), undefined])).toBe(hash53([bytes('a'), bytes('')]));
});

it('gives whole numbers that are exact, of which none of a hundred thousand alike is another’s', () => {
  const keys = new Set<number>();
  for (let index = 0; index < 100_000; index++) keys.add(hash53([bytes(`170000000000000${index}`), bytes('start')]));
  expect(keys.size).toBe(100_000);
  expect([...keys].every((key) => Number.isSafeInteger(key) && key >= 0)).toBe(true);
});
