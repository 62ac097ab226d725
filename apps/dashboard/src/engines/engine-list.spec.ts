import { describe, expect, it } from 'vitest';
import { engineOf } from '../feed/feed.builders.ts';
import { countByState, keysInOrder, rosterOf, troubled, wantedEngines } from './engine-list.ts';

const fleet = [
  engineOf('node-10', { state: 'unhealthy', reason: 'connection refused', sinceMs: 20 }),
  engineOf('node-9', { labels: { zone: 'green' } }),
  engineOf('', { key: 'new', address: '10.0.0.1:2375', state: 'pending' }),
  engineOf('node-2', { state: 'disconnected', sinceMs: 10 }),
];
const names = (engines: readonly { readonly name: string }[]) => engines.map(({ name }) => name);

describe('the list of engines', () => {
  it('stands in the order of names, numbers by value; one without a name by its address', () => {
    expect(keysInOrder(rosterOf(fleet))).toEqual(['new', 'key-node-2', 'key-node-9', 'key-node-10']);
  });

  it.each([
    ['a name', 'NODE-9', ['node-9']],
    ['a label', 'zone=gr', ['node-9']],
    ['a reason', 'refused', ['node-10']],
    ['nothing', 'nowhere', []],
  ])('is searched by %s', (_what, search, found) => {
    expect(names(wantedEngines(fleet, { search, state: undefined }))).toEqual(found);
  });

  it('is narrowed to one state', () => {
    expect(names(wantedEngines(fleet, { search: '', state: 'unhealthy' }))).toEqual(['node-10']);
  });

  it('counts every state', () => {
    expect(Object.fromEntries(countByState(fleet))).toEqual({
      healthy: 1,
      drained: 0,
      pending: 1,
      disconnected: 1,
      unhealthy: 1,
    });
  });

  it('names who is in trouble, longest first; one that only just came is not', () => {
    expect(names(troubled(fleet))).toEqual(['node-2', 'node-10']);
  });
});
