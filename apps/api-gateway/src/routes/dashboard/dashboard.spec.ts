import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ContainerPage, encodeBatch, labels, subjects } from '#contracts';
import { containerFacts } from '#testing';
import { idOf, TestFleet } from '../../gateway.builders.ts';
import { FeedReader } from './feed-reader.builders.ts';

let fleet: TestFleet;
let key: string;
beforeEach(async () => {
  fleet = await TestFleet.open({ adminHosts: 'tcp://127.0.0.1:0' });
  key = await fleet.node('node-1');
});
afterEach(() => fleet.close());

const json = { 'content-type': 'application/json' };
const containers = async (query: string) =>
  (await (await fetch(`${fleet.adminUrl}/baleen/dashboard/containers?${query}`)).json()) as ContainerPage;
const wish = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${fleet.adminUrl}/baleen/nodes/node-1/availability`, {
    method: 'PUT',
    headers: { ...json, ...headers },
    body: JSON.stringify(body),
  });

describe('the feed', () => {
  let feed: FeedReader;
  beforeEach(async () => {
    feed = await FeedReader.open(fleet);
  });
  afterEach(() => feed.close());

  it('begins with who speaks and all engines, then tells a container and an engine that dies', async () => {
    expect(await feed.next('welcome')).toMatchObject({ gateway: 'gateway-1', cluster: 'default', mayAct: true });
    expect((await feed.next('whole')).engines).toMatchObject([{ name: 'node-1', state: 'healthy', containers: 0, cpus: 2 }]);
    await fleet.container(key, idOf('a1'), 'web');
    expect(await feed.change(({ engines }) => engines[0]?.running === 1)).toMatchObject({ engines: [{ name: 'node-1' }] });
    await fleet.put(subjects.lease('scheduler'), { holder: 'scheduler-1', term: 1 });
    await fleet.node('node-2', { state: 'unhealthy', reason: 'connection refused' });
    const dead = await feed.change(({ engines }) => engines.some(({ state }) => state === 'unhealthy'));
    expect(dead.engines).toMatchObject([{ name: 'node-2', reason: 'connection refused' }]);
  });

  it('tells of containers that come in a batch', async () => {
    await feed.next('whole');
    const record = { kind: 'container', epoch: 1, facts: containerFacts(idOf('a1'), {}), summary: Buffer.from('{}') } as const;
    await fleet.log.append(subjects.batch(key, 1), encodeBatch([record]));
    expect(await feed.change(({ engines }) => engines[0]?.running === 1)).toMatchObject({ engines: [{ name: 'node-1' }] });
  });

  it('tells placements as they are decided, and to who comes later', async () => {
    const notice = { operation: 'op', name: 'web', image: 'busybox', strategy: 'spread', refusals: [], cause: 'create', atMs: 1 };
    fleet.bus.publish(subjects.decided(), Buffer.from(JSON.stringify({ ...notice, node: 'node-1' })));
    fleet.bus.publish(subjects.decided(), Buffer.from('no JSON'));
    await feed.change(({ placements }) => placements.length === 1);
    const later = await FeedReader.open(fleet);
    expect((await later.next('whole')).placements).toMatchObject([{ name: 'web', node: 'node-1' }]);
    later.close();
  });

  it('tells events without the command lines of execs', async () => {
    await feed.next('whole');
    const event = {
      Type: 'container',
      Action: 'exec_create: sh -c SECRET',
      Actor: { ID: 'a1', Attributes: { name: 'web' } },
      timeNano: 5e9,
    };
    fleet.bus.publish(subjects.event(key), Buffer.from(JSON.stringify(event)));
    const { events } = await feed.change((change) => change.events.some(({ type }) => type === 'container'));
    expect(events).toEqual([{ atMs: 5_000, type: 'container', action: 'exec_create', subject: 'web', node: 'node-1' }]);
  });

  describe('of a monitor that ends', () => {
    const registration = subjects.lease('monitor.monitor-1');
    const holder = Buffer.from(JSON.stringify({ holder: 'monitor-1' }));
    beforeEach(async () => {
      await feed.change(({ status }) => status !== undefined);
    });

    it('tells at once that nobody watches its engines', async () => {
      await fleet.log.append(registration, holder, { ttlMs: 100 });
      let told = await feed.next('change');
      while (told.engines.length === 0) told = await feed.next('change');
      expect([told.engines[0]?.name, told.engines[0]?.monitor]).toEqual(['node-1', undefined]);
      // Not because the status is asked for now and then.
      expect(told.status).toBeUndefined();
    });
  });

  it('tells the fleet’s own parts', async () => {
    const { status } = await feed.change((change) => change.status !== undefined);
    expect(status).toMatchObject({ monitors: [{ name: 'monitor-1', engines: 1 }], engines: { healthy: 1 } });
  });
});

describe('containers for the dashboard', () => {
  beforeEach(async () => {
    const placed = { labels: { [labels.operation]: 'op' }, createdAtMs: 2_000 };
    await fleet.container(key, idOf('a1'), 'web', placed);
    await fleet.container(key, idOf('b2'), 'db', { image: 'postgres:17', state: 'exited' });
    await fleet.list('/containers/json?all=1');
  });

  it('come newest first, and say whether a decision is kept', async () => {
    const { rows, next } = await containers('');
    expect(rows.map(({ name, node, isPlaced }) => [name, node, isPlaced])).toEqual([
      ['web', 'node-1', true],
      ['db', 'node-1', false],
    ]);
    expect(next).toBeUndefined();
  });

  it.each([
    ['image', 'search=POSTGRES', ['db']],
    ['state', 'search=exited', ['db']],
    ['ID', 'search=a10', ['web']],
    ['place', 'from=1', ['db']],
    ['engine', 'engine=nobody', []],
  ])('are found by %s', async (_what, query, names) => {
    expect((await containers(query)).rows.map(({ name }) => name)).toEqual(names);
  });

  it('refuse a place that is none', async () => {
    const answer = await fetch(`${fleet.adminUrl}/baleen/dashboard/containers?from=-1`);
    expect([answer.status, await answer.json()]).toEqual([400, { message: expect.stringContaining('from') }]);
  });
});

describe('the availability of an engine', () => {
  it('is asked of the scheduler with the version that was seen, labels as they are', async () => {
    const asked: unknown[] = [];
    await fleet.put(subjects.node(key), { key, availability: 'active', labels: { gpu: 'yes' }, version: 3, updatedAtMs: 1 });
    await fleet.onScheduler('update-node', (request) => {
      asked.push(request);
      return { ...request, version: 4, updatedAtMs: 2 };
    });
    expect((await wish({ availability: 'drain' })).status).toBe(200);
    expect(asked).toEqual([{ operation: expect.any(String), key, version: 3, availability: 'drain', labels: { gpu: 'yes' } }]);
  });

  it.each<[string, unknown, Record<string, string>, number, string]>([
    ['a page of another origin', { availability: 'drain' }, { 'sec-fetch-site': 'cross-site' }, 403, 'another origin'],
    ['a wish that is none', { availability: 'away' }, {}, 400, 'invalid availability'],
    ['a form', { availability: 'drain' }, { 'content-type': 'text/plain' }, 400, 'Content-Type'],
  ])('refuses %s', async (_what, body, headers, status, message) => {
    const answer = await wish(body, headers);
    expect([answer.status, await answer.json()]).toEqual([status, { message: expect.stringContaining(message) }]);
  });
});
