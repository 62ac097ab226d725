import { describe, expect, it } from 'vitest';
import type { FeedMessage } from '#contracts';
import { applyMessage } from './apply-message.ts';
import { changeOf, engineOf, eventAt, pointAt, wholeOf } from './feed.builders.ts';
import { nothingKnown, type PageState } from './page-state.ts';

const after = (messages: readonly FeedMessage[], state: PageState = nothingKnown) =>
  messages.reduce((known, message) => applyMessage(known, message, 1_000), state);

describe('what the page knows', () => {
  it('is everything anew after a whole message, and live', () => {
    const state = after([wholeOf({ engines: [engineOf('old')] }), wholeOf({ engines: [engineOf('node-1')], atMs: 1_400 })]);
    expect([...state.engines.values()].map(({ name }) => name)).toEqual(['node-1']);
    expect(state).toMatchObject({ connection: 'live', clockDeltaMs: 400 });
  });

  it('takes in what changes and leaves the rest the same objects', () => {
    const [one, two] = [engineOf('node-1'), engineOf('node-2')];
    const state = after([wholeOf({ engines: [one, two] }), changeOf({ engines: [engineOf('node-2', { running: 3 })] })]);
    expect(state.engines.get(one.key)).toBe(one);
    expect(state.engines.get(two.key)?.running).toBe(3);
    expect(after([changeOf({ gone: [one.key] })], state).engines.has(one.key)).toBe(false);
  });

  it('keeps the same map while no engine changes, so that the map of engines is not painted again', () => {
    const state = after([wholeOf({ engines: [engineOf('node-1')] })]);
    expect(after([changeOf({ events: [eventAt(1)] })], state).engines).toBe(state.engines);
  });

  it('shows the newest event first, numbered for good, and no more than a hundred', () => {
    const state = after([wholeOf({ events: [eventAt(1), eventAt(2)] }), changeOf({ events: [eventAt(3)] })]);
    expect(state.events.map(({ atMs, number }) => [atMs, number])).toEqual([
      [3, 3],
      [2, 2],
      [1, 1],
    ]);
    const many = after([changeOf({ events: Array.from({ length: 150 }, (_, index) => eventAt(index)) })], state);
    expect(many.events).toHaveLength(100);
    expect(many.events[0]).toMatchObject({ atMs: 149 });
  });

  it('remembers five minutes of points', () => {
    const state = after([wholeOf({ points: Array.from({ length: 150 }, (_, index) => pointAt(index)) })]);
    expect(after([changeOf({ points: [pointAt(150)] })], state).points.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 150 }, (_, index) => index + 1),
    );
  });
});

describe('what is said aloud', () => {
  const known = after([wholeOf({ engines: [engineOf('node-1'), engineOf('node-2'), engineOf('node-3')] })]);
  const dead = (name: string) => engineOf(name, { state: 'unhealthy', reason: 'connection refused' });

  it.each<[string, FeedMessage, string]>([
    [
      'an engine that fails, with the reason',
      changeOf({ engines: [dead('node-1')] }),
      'node-1 is unhealthy: connection refused.',
    ],
    ['an engine that leaves', changeOf({ gone: ['key-node-2'] }), 'node-2 has left the fleet.'],
    ['many at once, counted', changeOf({ engines: ['node-1', 'node-2', 'node-3'].map(dead) }), '3 engines changed their state.'],
    ['nothing of containers that come and go', changeOf({ engines: [engineOf('node-1', { running: 9 })] }), ''],
  ])('%s', (_what, message, said) => {
    expect(after([message], known).announcement).toBe(said);
  });

  it('the gateway that is back', () => {
    expect(after([wholeOf()], { ...known, connection: 'lost' }).announcement).toBe('The gateway is back.');
  });
});
