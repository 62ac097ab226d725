import { expect, it } from 'vitest';
import { formerIdsLabel, type NetworkFacts, type ReservationRecord, type VolumeFacts } from '#contracts';
import { containerFacts, placementRequest } from './fleet.builders.ts';
import { type Holdings, unusedObject } from './unused-object.ts';

const id = 'ab'.repeat(32);
const network: NetworkFacts = { id, name: 'net', driver: 'bridge', scope: 'local', labels: {}, createdAtMs: 1 };
const volume: VolumeFacts = { name: 'data', driver: 'local', scope: 'local', labels: {}, createdAtMs: 1 };

function engine(given: { net?: object; vol?: object; container?: object; hold?: Partial<ReservationRecord> } = {}): Holdings {
  return {
    key: 'a',
    networks: new Map([[id, { ...network, ...given.net }]]),
    volumes: new Map([['data', { ...volume, ...given.vol }]]),
    containers: () => (given.container === undefined ? [] : [containerFacts('c', given.container)]),
    holds: () =>
      given.hold === undefined ? [] : [{ kind: 'create', request: placementRequest(), ...given.hold } as ReservationRecord],
  };
}

const net = { kind: 'network', id, name: 'net', from: 'a' };
const data = { kind: 'volume', id: 'data', name: 'data', from: 'a' };

it('finds what nothing uses, a network by name, ID, the beginning of it, and an ID that it had', () => {
  for (const reference of ['net', id, id.slice(0, 12)]) expect(unusedObject(engine(), 'network', reference)).toEqual(net);
  const moved = engine({ net: { labels: { [formerIdsLabel]: `${'c'.repeat(64)},${'d'.repeat(64)}` } } });
  for (const letter of ['c', 'd']) expect(unusedObject(moved, 'network', letter.repeat(12))).toEqual(net);
  expect(unusedObject(engine(), 'volume', 'data')).toEqual(data);
  expect(unusedObject(engine(), 'volume', 'other')).toBeUndefined();
});

it.each<[string, Parameters<typeof engine>[0]]>([
  ['a container is in it', { container: { networks: { net: id } } }],
  ['a container that does not run is of it by name', { container: { networkMode: 'net' } }],
  ['a container that does not run is of it by ID', { container: { networkMode: id } }],
  ['a create is to join it', { hold: { request: placementRequest({ networks: [id.slice(0, 12)] }) } }],
  ['it is just being made', { hold: { kind: 'network', name: 'net' } }],
  ['it spans engines', { net: { driver: 'overlay', scope: 'swarm' } }],
  ['it is tied to an interface of the machine', { net: { driver: 'macvlan' } }],
  ['its own label says where it is to be', { net: { labels: { 'com.docker.swarm.constraints': '["node==a"]' } } }],
])('leaves a network alone: %s', (_, given) => {
  expect(unusedObject(engine(given), 'network', 'net')).toBeUndefined();
});

it.each<[string, Parameters<typeof engine>[0]]>([
  ['a container mounts it', { container: { mounts: [{ type: 'volume', name: 'data', source: '', destination: '/d' }] } }],
  ['a create is to mount it', { hold: { request: placementRequest({ volumes: ['data'] }) } }],
  ['somebody asks for it', { hold: { kind: 'volume', request: placementRequest({ name: 'data' }) } }],
  ['its data are elsewhere', { vol: { driver: 'nfs' } }],
  ['its own label says where it is to be', { vol: { labels: { 'com.docker.swarm.constraints': '["node==a"]' } } }],
])('leaves a volume alone: %s', (_, given) => {
  expect(unusedObject(engine(given), 'volume', 'data')).toBeUndefined();
});
