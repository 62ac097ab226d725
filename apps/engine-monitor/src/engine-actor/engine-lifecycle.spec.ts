import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { engineIdentity } from '#testing';
import { engineBehaviour } from './engine-behaviour.ts';
import type { EngineActorState, EngineEffect, EngineMessage } from './engine-messages.ts';
import { defaultEngineSettings as settings } from './engine-settings.ts';
import { pendingSince } from './engine-state.ts';

const atMs = 1_000_000;
const address = '10.0.0.1:2375';
const identity = engineIdentity('node-1');
const conflict = { daemonId: identity.id, key: 'other', address: '10.0.0.2:2375' };
const known: EngineActorState = { ...pendingSince(0), health: 'healthy', link: 'up', identity, inventoryComplete: true };
const lost: EngineActorState = { ...known, health: 'unhealthy', failures: 3, reason: 'gone' };

/** Where an engine can be: its health and its link. */
const situations: Readonly<Record<string, EngineActorState>> = {
  'pending, resting': { ...pendingSince(0), link: 'down' },
  'pending, connecting': pendingSince(0),
  healthy: known,
  'healthy, resting': { ...known, link: 'down', failures: 1 },
  'healthy, connecting': { ...known, link: 'connecting' },
  'unhealthy, resting': { ...lost, link: 'down' },
  'unhealthy, connecting': { ...lost, link: 'connecting' },
  held: { ...lost, failures: 0, heldUntilMs: atMs },
  abandoned: { ...known, health: 'abandoned', link: 'down' },
  disconnected: { ...known, health: 'disconnected', link: 'down' },
};

type Told = { readonly message: EngineMessage; readonly before?: Partial<EngineActorState> };

const failure = { cause: 'refused', elapsedMs: 1, atMs };
const news = { identity, clockDeltaMs: 0, atMs };
const lastAllowed = { failures: settings.failureLimit - 1 };

/** Everything an engine can be told; where its past decides, once for each past. */
const messages: Readonly<Record<string, Told>> = {
  'connect-due': { message: { type: 'connect-due' } },
  connected: { message: { type: 'connected', ...news } },
  'connected, third flap': { message: { type: 'connected', ...news }, before: { flapsAtMs: [atMs - 3, atMs - 2, atMs - 1] } },
  'connect-failed': { message: { type: 'connect-failed', ...failure } },
  'connect-failed, last allowed': { message: { type: 'connect-failed', ...failure }, before: lastAllowed },
  conflicted: { message: { type: 'conflicted', conflict, cause: 'ID duplicated.', atMs } },
  'link-broke': { message: { type: 'link-broke', cause: 'reset', atMs } },
  'link-broke at once': { message: { type: 'link-broke', cause: 'reset', atMs }, before: { connectedAtMs: atMs } },
  'probe-due': { message: { type: 'probe-due' } },
  'probe-wanted': { message: { type: 'probe-wanted' } },
  'engine-answered': { message: { type: 'engine-answered', ofProbe: true, atMs } },
  'engine-failed': { message: { type: 'engine-failed', ...failure } },
  'engine-failed, last allowed': { message: { type: 'engine-failed', ...failure }, before: lastAllowed },
  'resync-due': { message: { type: 'resync-due' } },
  resynced: { message: { type: 'resynced', ...news } },
  'resync-failed': { message: { type: 'resync-failed', cause: 'status 500', atMs } },
  'hold-due': { message: { type: 'hold-due', atMs } },
  'lease-lost': { message: { type: 'lease-lost' } },
  'member-removed': { message: { type: 'member-removed' } },
};

const work: ReadonlySet<EngineEffect['type']> = new Set(['connect', 'probe', 'resync', 'withdraw']);
const behaviour = engineBehaviour(settings, address, 0);

function situationOf({ health, link, heldUntilMs }: EngineActorState): string {
  if (health === 'abandoned' || health === 'disconnected') return health;
  if (link === 'up') return heldUntilMs === undefined ? health : 'held';
  return `${health}, ${link === 'down' ? 'resting' : 'connecting'}`;
}

/** The situation it leads to (`–` = the same) and the work it asks for. */
function cell(state: EngineActorState, { message, before }: Told): string {
  const turn = behaviour.receive({ ...state, ...before }, message);
  const next = situationOf(turn.state);
  const effects = turn.effects.map(({ type }) => type).filter((type) => work.has(type));
  return [next === situationOf(state) ? '–' : next, ...effects.map((effect) => `*${effect}*`)].join(' ');
}

function table(): string {
  const columns = Object.entries(situations);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const head = row(['told', ...columns.map(([name]) => name)]) + row(['---', ...columns.map(() => '---')]);
  return (
    head +
    Object.entries(messages)
      .map(([name, told]) => row([name, ...columns.map(([, state]) => cell(state, told))]))
      .join('')
  );
}

it('does what docs/engine-lifecycle.md says, for every situation and message', async () => {
  const document = await readFile(new URL('../../../../docs/engine-lifecycle.md', import.meta.url), 'utf8');
  expect(document).toContain(table());
});

it('tells of every message there is', () => {
  const told = new Set(Object.values(messages).map(({ message }) => message.type));
  // The compiler asks for a missing one.
  const all: Readonly<Record<EngineMessage['type'], true>> = {
    'connect-due': true,
    connected: true,
    'connect-failed': true,
    conflicted: true,
    'link-broke': true,
    'probe-due': true,
    'probe-wanted': true,
    'engine-answered': true,
    'engine-failed': true,
    'resync-due': true,
    resynced: true,
    'resync-failed': true,
    'hold-due': true,
    'lease-lost': true,
    'member-removed': true,
  };
  expect([...told].toSorted()).toEqual(Object.keys(all).toSorted());
});

it('says nothing between the start of an attempt at a link and its end: claims are judged by that', () => {
  const connecting = Object.values(situations).filter(({ link }) => link === 'connecting');
  const ends = new Set(['connected', 'connect-failed', 'conflicted']);
  for (const state of connecting) {
    for (const { message, before } of Object.values(messages)) {
      if (ends.has(message.type)) continue;
      const { effects } = behaviour.receive({ ...state, ...before }, message);
      expect(effects.filter(({ type }) => type === 'publish')).toEqual([]);
    }
  }
});
