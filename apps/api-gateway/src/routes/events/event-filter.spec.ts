import { describe, expect, it } from 'vitest';
import { eventFilters, eventTest } from './event-filter.ts';
import type { FleetEvent } from './fleet-event.ts';

const node = { Name: 'node-1', Id: 'ID-1', Addr: '', Ip: '' };
const event = (Type: string, Action: string, ID: string, Attributes: Record<string, string>): FleetEvent => ({
  Type,
  Action,
  Actor: { ID, Attributes },
  scope: 'local',
  node,
  key: undefined,
  lateMs: 0,
  line: () => Buffer.alloc(0),
});
const die = event('container', 'die', 'abcdef', { name: 'web-1', image: 'docker.io/library/busybox:1', tier: 'front' });
const exec = event('container', 'exec_create: sh -c x', 'abcdef', { name: 'web-1', image: 'busybox' });
const tag = event('image', 'tag', 'sha256:1', { name: 'team/app:2' });
const volume = event('volume', 'mount', 'data', { container: 'abcdef' });

const shows = (query: Record<string, string[]>, ...events: FleetEvent[]) => events.map(eventTest(new Map(Object.entries(query))));

describe('the list queries of events', () => {
  it.each<[string, Record<string, string[]>, FleetEvent, boolean]>([
    ['an action', { event: ['die', 'stop'] }, die, true],
    ['a beginning of an action', { event: ['di'] }, die, false],
    ['an action that carries a text', { event: ['exec_create'] }, exec, true],
    ['the action with its text', { event: ['exec_create: sh -c x'] }, exec, true],
    ['a type', { type: ['image'] }, tag, true],
    ['a scope', { scope: ['swarm'] }, die, false],
    ['labels, all of them', { label: ['tier=front', 'absent'] }, die, false],
    ['a label', { label: ['tier'] }, die, true],
    ['a container by a beginning of its ID', { container: ['abc'] }, die, true],
    ['a container by a beginning of its name', { container: ['web'] }, die, true],
    ['a container by node and name', { container: ['node-1/web-1'] }, die, true],
    ['a container of another node', { container: ['node-2/web-1'] }, die, false],
    ['a volume', { volume: ['data'] }, volume, true],
    ['an image by its familiar name', { image: ['busybox'] }, die, true],
    ['an image with its tag', { image: ['team/app:2'] }, tag, true],
    ['an image by a beginning', { image: ['team/ap'] }, tag, false],
    ['a node by name', { node: ['node-1'] }, die, true],
    ['a node by its ID', { node: ['ID-1'] }, die, true],
    ['several at once', { type: ['container'], event: ['die'], label: ['tier=front'] }, die, true],
  ])('match %s', (_, query, told, isShown) => {
    expect(shows(query, told)).toEqual([isShown]);
  });

  it('are those of the engine', () => {
    const known = 'config container daemon event image label network node plugin scope secret service type volume';
    expect([...eventFilters].sort().join(' ')).toBe(known);
  });
});
