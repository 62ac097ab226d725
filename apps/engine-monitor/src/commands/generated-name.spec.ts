import { expect, it } from 'vitest';
import { nameFor } from './generated-name.ts';

it('gives an operation the same name each time, and one that every daemon accepts', () => {
  expect(nameFor('op-1', 1)).toBe(nameFor('op-1', 1));
  expect(nameFor('op-1', 1)).toMatch(/^[a-z]+_[a-z]+\d{1,2}$/);
});

it('gives other operations and later attempts other names', () => {
  const names = [nameFor('op-1', 1), nameFor('op-1', 2), nameFor('op-2', 1)];
  expect(new Set(names).size).toBe(3);
});
