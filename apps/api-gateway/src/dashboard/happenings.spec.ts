import { expect, it } from 'vitest';
import { Happenings } from './happenings.ts';

it('tells what is new once, the latest of a flood, and keeps as many for who comes later', () => {
  const happenings = new Happenings<number>(100);
  happenings.add(1);
  expect(happenings.news()).toEqual([1]);
  expect(happenings.news()).toEqual([]);
  for (let item = 2; item <= 151; item++) happenings.add(item);
  expect(happenings.news()).toHaveLength(100);
  expect([happenings.told[0], happenings.told.at(-1)]).toEqual([52, 151]);
});
