import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaleenError, type EngineAnswer } from '#contracts';
import type { DaemonScript } from '../daemons/scripted-daemon.builders.ts';
import { answerOf, idOf, TestFleet } from '../gateway.builders.ts';

let fleet: TestFleet;
let first: string;
let second: string;
/** Mutations as the engines got them: `node-1 DELETE /volumes/v`. */
let calls: string[];
/** What an engine answers instead of done, by node. */
let answers: Map<string, EngineAnswer>;

const daemon =
  (node: string): DaemonScript =>
  ({ path }) => ({ body: JSON.stringify({ asked: node, path, Containers: {} }) });

beforeEach(async () => {
  calls = [];
  answers = new Map();
  fleet = await TestFleet.open();
  first = await fleet.node('node-1', { daemon: daemon('node-1') });
  second = await fleet.node('node-2', { daemon: daemon('node-2') });
  for (const [node, key] of [
    ['node-1', first],
    ['node-2', second],
  ] as const) {
    await fleet.onEngine(key, 'call', ({ method, path }) => {
      calls.push(`${node} ${method} ${path}`);
      return { answer: answers.get(node) ?? answerOf(method === 'POST' ? 201 : 204), sequence: 1 };
    });
  }
});
afterEach(() => fleet.close());

const named = async (path: string) => (await fleet.list(path)).map((row) => row['Name']).sort();
const volumes = async (query = '') => {
  const rows = (await fleet.ask('GET', `/volumes${query}`)).json()['Volumes'] as { Name: string }[];
  return rows.map((row) => row.Name);
};
const outcome = async (method: string, path: string, body?: string) => {
  const answer = await fleet.ask(method, path, body);
  return [answer.status, answer.text === '' ? '' : answer.json()['message']];
};
const asked = async (path: string) => (await fleet.ask('GET', path)).json();

describe('a network or volume of a name that one node has', () => {
  beforeEach(async () => {
    await fleet.network(second, 'a1', 'app');
    await fleet.volume(second, 'data');
  });

  it('is listed plain and found under both forms', async () => {
    expect([await named('/networks'), await volumes()]).toEqual([['app'], ['data']]);
    for (const name of ['app', 'node-2/app', 'node-2%2Fapp', 'ID-node-2/app', 'a1'])
      expect(await asked(`/networks/${name}`), name).toMatchObject({ asked: 'node-2', path: '/networks/a1' });
    for (const name of ['data', 'node-2/data', 'ID-node-2/data'])
      expect(await asked(`/volumes/${name}`), name).toMatchObject({ asked: 'node-2', path: '/volumes/data' });
    expect((await fleet.ask('GET', '/volumes/node-1/data')).json()).toEqual({ message: 'get node-1/data: no such volume' });
  });

  it('is found by list queries in both forms', async () => {
    for (const name of ['app', 'node-2/app']) expect(await named(`/networks?filters={"name":["${name}"]}`)).toEqual(['app']);
    for (const name of ['data', 'node-2/data']) expect(await volumes(`?filters={"name":["${name}"]}`)).toEqual(['data']);
    expect(await named('/networks?filters={"name":["node-1/app"]}')).toEqual([]);
    await fleet.container(second, idOf('c1'), 'web', {
      networks: { app: 'a1' },
      mounts: [{ type: 'volume', name: 'data', source: '/s', destination: '/d' }],
    });
    for (const [query, value] of [
      ['network', 'app'],
      ['network', 'node-2/app'],
      ['volume', 'data'],
      ['volume', 'node-2/data'],
    ])
      expect(await fleet.list(`/containers/json?filters={"${query}":["${value}"]}`), value).toHaveLength(1);
    expect(await fleet.list('/containers/json?filters={"volume":["node-1/data"]}')).toEqual([]);
  });

  it('stays listed while its node does not answer, and says so when it is asked for', async () => {
    const third = await fleet.node('node-3', { state: 'unhealthy', reason: 'no answer' });
    await fleet.network(third, 'l1', 'lost');
    await fleet.volume(third, 'lost');
    expect([await named('/networks'), await volumes()]).toEqual([
      ['app', 'lost'],
      ['data', 'lost'],
    ]);
    expect(await outcome('GET', '/volumes/lost')).toEqual([503, 'volume lost is on unhealthy node node-3: no answer']);
    expect(await outcome('DELETE', '/networks/lost')).toEqual([503, 'network lost is on unhealthy node node-3: no answer']);
  });
});

describe('a network or volume of a name that several nodes have', () => {
  const networkChoices =
    'network app is ambiguous (2 matches found based on name): say which one is meant, node-1/app or node-2/app';
  const volumeChoices =
    'volume data is ambiguous (2 matches found based on name): say which one is meant, node-1/data or node-2/data';

  beforeEach(async () => {
    await fleet.network(second, 'a2', 'app');
    await fleet.network(first, 'a1', 'app');
    await fleet.volume(first, 'data');
    await fleet.volume(second, 'data');
  });

  it('is listed under its node and found by that', async () => {
    expect([await named('/networks'), await volumes()]).toEqual([
      ['node-1/app', 'node-2/app'],
      ['node-1/data', 'node-2/data'],
    ]);
    expect(await asked('/networks/node-1/app')).toMatchObject({ asked: 'node-1', path: '/networks/a1' });
    expect(await asked('/volumes/node-2/data')).toMatchObject({ asked: 'node-2' });
    expect(await volumes('?filters={"name":["node-2/data"]}')).toEqual(['node-2/data']);
    expect(await volumes('?filters={"name":["data"]}')).toEqual(['node-1/data', 'node-2/data']);
  });

  it('is refused under its plain name with the choices, and nothing is touched', async () => {
    await fleet.onScheduler('place', () => Promise.reject(new Error('must not be asked')));
    const create = (host: object) => JSON.stringify({ Image: 'busybox', HostConfig: host });
    expect(await outcome('GET', '/networks/app')).toEqual([400, networkChoices]);
    expect(await outcome('DELETE', '/networks/app')).toEqual([400, networkChoices]);
    expect(await outcome('POST', '/networks/create', '{"Name":"app"}')).toEqual([409, 'network with name app already exists']);
    expect(await outcome('POST', '/containers/create', create({ NetworkMode: 'app' }))).toEqual([400, networkChoices]);
    expect(await outcome('GET', '/volumes/data')).toEqual([400, volumeChoices]);
    expect(await outcome('DELETE', '/volumes/data')).toEqual([400, volumeChoices]);
    expect(await outcome('POST', '/volumes/create', '{"Name":"data"}')).toEqual([400, volumeChoices]);
    for (const host of [{ Binds: ['data:/d'] }, { Mounts: [{ Type: 'volume', Source: 'data', Target: '/d' }] }])
      expect(await outcome('POST', '/containers/create', create(host))).toEqual([400, volumeChoices]);
    expect(calls).toEqual([]);
  });

  it('is what a create means that names the node, in the name or by a constraint', async () => {
    const wanted: unknown[] = [];
    await fleet.onScheduler('place', ({ request }) => {
      wanted.push([request.constraints, request.volumes, request.networks]);
      throw new BaleenError('placement/no-engine', 'that is enough');
    });
    for (const body of [
      { HostConfig: { Binds: ['node-1/data:/d'], NetworkMode: 'node-1/app' } },
      { Env: ['constraint:node==node-1'], HostConfig: { Binds: ['data:/d'], NetworkMode: 'app' } },
    ])
      await fleet.ask('POST', '/containers/create', JSON.stringify({ Image: 'busybox', ...body }));
    expect(wanted).toEqual([
      [['node==node-1'], ['data'], ['app']],
      [['node==node-1'], ['data'], ['app']],
    ]);
  });

  it('is removed where it is said to be, and only there', async () => {
    expect(await outcome('DELETE', '/volumes/node-2/data')).toEqual([204, '']);
    expect(await outcome('DELETE', '/networks/node-1/app')).toEqual([204, '']);
    expect(calls).toEqual(['node-2 DELETE /volumes/data', 'node-1 DELETE /networks/a1']);
  });

  it('is the container’s own when one is connected', async () => {
    await fleet.container(second, idOf('c1'), 'web');
    expect((await fleet.ask('POST', '/networks/app/connect', '{"Container":"web"}')).status).toBe(201);
    expect(calls).toEqual(['node-2 POST /networks/a2/connect']);
  });

  it('keeps the names that a prune reports apart', async () => {
    await fleet.volume(first, 'lone');
    answers.set('node-1', answerOf(200, { VolumesDeleted: ['data', 'lone'], SpaceReclaimed: 1 }));
    answers.set('node-2', answerOf(200, { VolumesDeleted: ['data'], SpaceReclaimed: 2 }));
    const { VolumesDeleted, SpaceReclaimed } = (await fleet.ask('POST', '/volumes/prune')).json();
    expect([VolumesDeleted, SpaceReclaimed]).toEqual([['node-1/data', 'lone', 'node-2/data'], 3]);
  });

  it('tells what was pruned though one node refused, and names nodes only where all refuse and differ', async () => {
    const refused = (message: string) => answerOf(400, { message });
    answers.set('node-1', refused('invalid filter'));
    answers.set('node-2', answerOf(200, { VolumesDeleted: [], SpaceReclaimed: 0 }));
    expect((await outcome('POST', '/volumes/prune'))[0]).toBe(200);
    answers.set('node-2', refused('invalid filter'));
    expect(await outcome('POST', '/volumes/prune')).toEqual([400, 'invalid filter']);
    answers.set('node-2', refused('busy'));
    expect(await outcome('POST', '/volumes/prune')).toEqual([400, 'node-1: invalid filter\nnode-2: busy']);
  });

  it('is not needed by a forced removal of what is not there', async () => {
    expect(await outcome('DELETE', '/volumes/nothing?force=1')).toEqual([204, '']);
    expect(await outcome('DELETE', '/volumes/nothing')).toEqual([404, 'get nothing: no such volume']);
    expect(calls).toEqual([]);
  });
});

describe('what engines share', () => {
  it('is one volume, of whatever driver is not local', async () => {
    await fleet.volume(first, 'films', { driver: 'nfs' });
    await fleet.volume(second, 'films', { driver: 'nfs' });
    expect(await volumes()).toEqual(['films']);
    expect(await asked('/volumes/films')).toMatchObject({ asked: 'node-1' });
    expect(await asked('/volumes/node-2/films')).toMatchObject({ asked: 'node-2' });
    expect(await outcome('DELETE', '/volumes/films')).toEqual([204, '']);
    expect(calls).toEqual(['node-1 DELETE /volumes/films', 'node-2 DELETE /volumes/films']);
  });

  it('has the plain name before a local one', async () => {
    await fleet.volume(first, 'films', { driver: 'nfs' });
    await fleet.volume(second, 'films');
    expect(await volumes()).toEqual(['films', 'node-2/films']);
    expect(await asked('/volumes/films')).toMatchObject({ asked: 'node-1' });
  });

  it('is one network with the containers of all engines', async () => {
    const over = { scope: 'swarm', driver: 'overlay' };
    await fleet.network(first, 'o1', 'over', over);
    await fleet.network(second, 'o1', 'over', over);
    const endpoint = (id: string, address: string) => ({
      NetworkSettings: {
        Networks: { over: { NetworkID: 'o1', EndpointID: id, IPAddress: address, IPPrefixLen: 24, MacAddress: 'm' } },
      },
    });
    await fleet.container(first, idOf('c1'), 'web', { networks: { over: 'o1' } }, endpoint('e1', '10.0.0.2'));
    await fleet.container(second, idOf('c2'), 'db', { networks: { over: 'o1' } }, endpoint('e2', '10.0.0.3'));
    await fleet.container(second, idOf('c3'), 'ended', { networks: { over: 'o1' } }, endpoint('', ''));
    expect(await named('/networks')).toEqual(['over']);
    expect((await asked('/networks/over'))['Containers']).toEqual({
      [idOf('c1')]: { Name: 'web', EndpointID: 'e1', MacAddress: 'm', IPv4Address: '10.0.0.2/24', IPv6Address: '' },
      [idOf('c2')]: { Name: 'db', EndpointID: 'e2', MacAddress: 'm', IPv4Address: '10.0.0.3/24', IPv6Address: '' },
    });
  });

  it('shows predefined networks once, and each under its node’s name', async () => {
    for (const name of ['bridge', 'host', 'none']) {
      await fleet.network(first, `${name}-1`, name);
      await fleet.network(second, `${name}-2`, name);
    }
    expect(await named('/networks')).toEqual(['bridge', 'host', 'none']);
    expect(await asked('/networks/bridge')).toMatchObject({ path: '/networks/bridge-1' });
    expect(await asked('/networks/node-2/bridge')).toMatchObject({ asked: 'node-2', path: '/networks/bridge-2' });
  });

  it('is one image by its ID, judged by all its names and counted over all engines', async () => {
    const image = (engine: string, tags: string[]) => {
      const facts = { id: 'sha256:1', repoTags: tags, repoDigests: [], createdAtMs: 1, sizeBytes: 1, labels: {} };
      return fleet.object('image', engine, 'sha256:1', facts, { Id: 'sha256:1', RepoTags: tags, RepoDigests: [], Containers: 0 });
    };
    await image(first, []);
    await image(second, ['mine:1', 'other:1']);
    for (const [index, engine] of [first, first, second, second, second].entries())
      await fleet.container(engine, idOf(`d${index}`), `made${index}`, { imageId: 'sha256:1' });
    const [row] = await fleet.list('/images/json');
    expect(row).toMatchObject({ RepoTags: ['mine:1', 'other:1'], Containers: 5 });
    expect(await fleet.list('/images/json?filters={"dangling":["true"]}')).toEqual([]);
    expect((await fleet.list('/images/json?filters={"reference":["mine"]}'))[0]).toMatchObject({ RepoTags: ['mine:1'] });
    expect((await fleet.list('/images/json?filters={"node":["node-1"]}'))[0]).toMatchObject({ RepoTags: [], Containers: 2 });
  });

  it('is the one made last where lists are narrowed by a name that engines gave to different images', async () => {
    await fleet.image(first, 'sha256:1', ['mine:1'], 1_000);
    await fleet.image(second, 'sha256:2', ['other:1'], 2_000);
    await fleet.image(second, 'sha256:3', ['mine:1'], 3_000);
    const ids = async (filter: string) => (await fleet.list(`/images/json?filters={"${filter}":["mine:1"]}`)).map(({ Id }) => Id);
    expect([await ids('before'), await ids('since')]).toEqual([['sha256:2', 'sha256:1'], []]);
  });
});

it('keeps clones apart: a network of the same ID on two engines is two', async () => {
  await fleet.network(first, 'c1', 'app');
  await fleet.network(second, 'c1', 'app');
  expect(await named('/networks')).toEqual(['node-1/app', 'node-2/app']);
  expect((await fleet.ask('GET', '/networks/c1')).status).toBe(400);
});
