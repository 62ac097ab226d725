import { expect, it } from 'vitest';
import { isUntouched, pastOf } from './volume-past.ts';

const createdAtMs = Date.parse('2026-11-30T22:24:40Z');
const data = { name: 'data', createdAtMs };

/** `volume create`, `container destroy c1`: a tenth of a second apart, from the making on. */
const events = (...told: string[]) =>
  told
    .map((words, index) => {
      const [Type, Action, ID = 'data'] = words.split(' ');
      return `${JSON.stringify({ Type, Action, Actor: { ID }, timeNano: (createdAtMs + 71 + 100 * index) * 1e6 })}\n`;
    })
    .join('');

const [made, mounted, letGo, removed] = ['volume create', 'volume mount', 'volume unmount', 'volume destroy'] as const;

it.each<[boolean, string, string]>([
  [true, 'made, and nothing since', events(made)],
  [true, 'removed and made again', events(made, mounted, letGo, removed, made)],
  [true, 'asked for again', events(made, made)],
  [
    true,
    'made while containers without it ran',
    events(made, 'container create c1', 'container start c1', 'container destroy c1'),
  ],
  [true, 'made while one was that did not run any more', events(made, 'container die c1', 'container destroy c1')],
  [false, 'mounted since', events(made, mounted)],
  [false, 'mounted and let go', events(made, mounted, letGo)],
  [false, 'mounted, and asked for again', events(made, mounted, letGo, made)],
  [false, 'made longer ago than the engine remembers', ''],
  [false, 'made longer ago, and mounted', events(letGo)],
  [
    false,
    'of a container that never ran: it may have content of its image',
    events(made, 'container create c1', 'container destroy c1'),
  ],
])('%s: %s', (expected, _, past) => {
  expect(isUntouched(data, past)).toBe(expected);
});

it('takes no later request for the making, which the engine has forgotten', () => {
  expect(isUntouched({ name: 'data', createdAtMs: createdAtMs - 3_000 }, events(made))).toBe(false);
  expect(isUntouched({ name: 'data', createdAtMs: createdAtMs + 3_000 }, events(made))).toBe(false);
});

it('knows the volume by its whole name', () => {
  expect(isUntouched(data, events(made, 'volume mount database'))).toBe(true);
  expect(isUntouched({ name: 'database', createdAtMs }, events(made))).toBe(false);
});

it('asks up to now by the engine’s clock, so that the answer ends and has all', () => {
  const query = new URLSearchParams(pastOf(1_700_000_000_123));
  expect([query.get('since'), query.get('until')]).toEqual(['1', '1700000000.124']);
  expect(JSON.parse(query.get('filters') ?? '')).toMatchObject({ type: ['volume', 'container'] });
});
