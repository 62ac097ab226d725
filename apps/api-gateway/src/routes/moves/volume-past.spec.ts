import { expect, it } from 'vitest';
import { isUntouched, pastOf } from './volume-past.ts';

const events = (...actions: string[]) =>
  actions.map((action) => `${JSON.stringify({ Type: 'volume', Action: action, Actor: { ID: 'data' } })}\n`).join('');

it.each<[boolean, string, string]>([
  [true, 'made, and nothing since', events('create')],
  [true, 'removed and made again', events('create', 'mount', 'unmount', 'destroy', 'create')],
  [false, 'mounted since', events('create', 'mount')],
  [false, 'mounted and let go', events('create', 'mount', 'unmount')],
  [false, 'made longer ago than the engine remembers', ''],
  [false, 'made longer ago, and mounted', events('unmount')],
])('%s: %s', (expected, _, past) => {
  expect(isUntouched('data', past)).toBe(expected);
});

it('knows the volume by its whole name', () => {
  const other = `${JSON.stringify({ Type: 'volume', Action: 'mount', Actor: { ID: 'database' } })}\n`;
  expect(isUntouched('data', events('create') + other)).toBe(true);
  expect(isUntouched('database', events('create'))).toBe(false);
});

it('asks up to now by the engine’s clock, so that the answer ends and has all', () => {
  const query = new URLSearchParams(pastOf('data', 1_700_000_000_123));
  expect([query.get('since'), query.get('until')]).toEqual(['1', '1700000000.124']);
  expect(JSON.parse(query.get('filters') ?? '')).toEqual({ type: ['volume'], volume: ['data'] });
});
