import { expect, it } from 'vitest';
import type { Budget } from './budgets.ts';
import type { Row } from './row.ts';
import { shownVerdict, verdictsOn } from './verdict.ts';

const row: Row = {
  case: 'inspect by id',
  size: '100x100',
  figures: { p50Ms: 0.9, cpuMs: 0.5, perSecond: 1_000 },
  limit: { p50Ms: 0.2 },
};
const budget = (given: Partial<Budget>): Budget => ({
  case: 'inspect by id',
  figure: 'p50Ms',
  bound: 'at most',
  base: 'number',
  factor: 1,
  plus: 0,
  ...given,
});

it.each<[string, Partial<Budget>, string]>([
  ['a number', { factor: 1 }, 'p50 ms ≤ 1.00: met'],
  ['the limit of the run', { base: 'limit', factor: 1.3, plus: 0.5 }, 'p50 ms ≤ 0.76: not met (0.90)'],
  ["classic's figure", { base: 'classic', figure: 'cpuMs', factor: 1 / 20 }, 'CPU ms ≤ 0.210: not met (0.500)'],
  ['a least', { bound: 'at least', figure: 'perSecond', factor: 500 }, 'per s ≥ 500: met'],
  ['a family of cases', { case: 'inspect*', factor: 2 }, 'p50 ms ≤ 2.00: met'],
])('holds a row against %s', (_, given, shown) => {
  expect(verdictsOn(row, [budget(given)]).map(shownVerdict)).toEqual([shown]);
});

it.each<[string, Partial<Budget>]>([
  ['another case', { case: 'ping' }],
  ['another size', { sizes: ['1000x100'] }],
  ['a figure that was not measured', { figure: 'rssMib' }],
  ["a figure that classic's run lacks", { base: 'classic', figure: 'perSecond' }],
])('says nothing of %s', (_, given) => {
  expect(verdictsOn(row, [budget(given)])).toEqual([]);
});
