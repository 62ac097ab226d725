import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labels, type OwnerQuota } from '#contracts';
import { answerOf, containerFacts, idOf, TestFleet } from '../gateway.builders.ts';
import { allRoutes } from '../routes/all-routes.ts';
import { namedObject } from './named-objects.ts';
import { policyFile, policyText } from './policy.builders.ts';

/** Stands for whatever routes are made with: here they are only listed. */
const inert: never = new Proxy(() => inert, { get: () => inert, apply: () => inert, construct: () => inert }) as never;

const [own, foreign, ownImage, foreignImage] = ['aa', 'db', 'ea', 'eb'].map(idOf) as [string, string, string, string];
const ownerOf = (tenant: string) => ({ labels: { [labels.owner]: tenant } });

let fleet: TestFleet;
let engine: string;
/** What the owner of the engine was asked. */
let commands: string[];
let bodies: Record<string, unknown>[];
/** Came with what the scheduler was asked to grant. */
let quotas: (OwnerQuota | undefined)[];

async function open(tenants: Record<string, object> = {}, holdsQuotas = true) {
  commands = [];
  bodies = [];
  quotas = [];
  fleet = await TestFleet.open({ policy: policyFile(policyText(tenants)), adminHosts: 'tcp://127.0.0.1:0' });
  engine = await fleet.node('node-1', {
    daemon: ({ path }) => {
      if (path.startsWith('/exec/'))
        return { body: JSON.stringify({ ID: 'e', ContainerID: path.includes('own') ? own : foreign }) };
      if (path.startsWith('/networks/'))
        return { body: JSON.stringify({ Name: 'bridge', Containers: { [own]: {}, [foreign]: {} } }) };
      return { body: '{}' };
    },
  });
  await fleet.container(engine, own, 'mine', ownerOf('team-a'));
  await fleet.container(engine, foreign, 'theirs', { ...ownerOf('team-b'), imageId: foreignImage });
  await fleet.container(engine, idOf('cc'), 'nobodys');
  await fleet.network(engine, idOf('d1'), 'net-a', ownerOf('team-a'));
  await fleet.network(engine, idOf('d2'), 'net-b', ownerOf('team-b'));
  await fleet.network(engine, idOf('d3'), 'bridge');
  await fleet.volume(engine, 'vol-a', ownerOf('team-a'));
  await fleet.volume(engine, 'vol-b', ownerOf('team-b'));
  await fleet.image(engine, `sha256:${ownImage}`, ['registry.test/team-a/app:latest']);
  await fleet.image(engine, `sha256:${foreignImage}`, ['registry.test/team-b/app:latest']);
  await fleet.onEngine(engine, 'call', async ({ method, path, body }) => {
    commands.push(`${method} ${path}`);
    if (body) bodies.push(JSON.parse(body) as Record<string, unknown>);
    return { answer: answerOf(201, { Id: 'x' }), sequence: await fleet.put('barrier.gateway-1', {}) };
  });
  await fleet.onEngine(engine, 'create', async ({ body }) => {
    const created = JSON.parse(body) as { Labels: Record<string, string>; HostConfig?: { Memory?: number } };
    bodies.push(created);
    const id = idOf(`c9${bodies.length}`);
    const resources = { ...containerFacts(id, '', {}).resources, memoryBytes: created.HostConfig?.Memory ?? 0 };
    const sequence = await fleet.container(engine, id, `new-${bodies.length}`, { labels: created.Labels, resources });
    return { answer: answerOf(201, { Id: id }), container: id, sequence };
  });
  await fleet.onScheduler('place', ({ operation, quota }) => {
    quotas.push(quota);
    return { operation, engine, node: 'node-1', term: 7, devices: [], isQuotaHeld: holdsQuotas };
  });
  await fleet.onScheduler('resize', ({ operation, quota }) => {
    quotas.push(quota);
    return { operation, term: 7, isQuotaHeld: holdsQuotas };
  });
  await fleet.onScheduler('release', () => ({ released: true }));
}
beforeEach(() => open());
afterEach(() => fleet.close());

const create = (body: object | string, token = 'alice', query = '') =>
  fleet.askAs(token, 'POST', `/containers/create${query}`, typeof body === 'string' ? body : JSON.stringify(body));
const refusal = async (body: object | string) => {
  const { status, json } = await create(body);
  return [status, json()['message']];
};

describe('a tenant', () => {
  it('sees its own objects in every list and count', async () => {
    const names = async (path: string, key: string) => {
      const answer = (await fleet.askAs('alice', 'GET', path)).json();
      const rows = ('Volumes' in answer ? answer['Volumes'] : answer) as Record<string, unknown>[];
      return rows.flatMap((row) => row[key]);
    };
    expect(await names('/containers/json?all=1', 'Names')).toEqual(['/node-1/mine']);
    expect(await names('/networks', 'Name')).toEqual(['bridge', 'net-a']);
    expect(await names('/volumes', 'Name')).toEqual(['vol-a']);
    expect(await names('/images/json', 'RepoTags')).toEqual(['registry.test/team-a/app:latest']);
    expect((await fleet.askAs('alice', 'GET', '/info')).json()).toMatchObject({
      Containers: 1,
      Images: 1,
      SystemStatus: [],
      Warnings: null,
    });
    expect((await fleet.askAs('root', 'GET', '/info')).json()).toMatchObject({ Containers: 3, Images: 2 });
  });

  const foreignNames: Record<string, string[]> = {
    container: ['theirs', 'node-1/theirs', foreign, foreign.slice(0, 12), 'db', 'nobodys'],
    network: ['net-b', 'node-1/net-b', idOf('d2'), 'd2'],
    volume: ['vol-b', 'node-1/vol-b'],
    image: ['registry.test/team-b/app', foreignImage, `sha256:${foreignImage}`, 'eb'],
    exec: ['foreign'],
  };
  const routes = allRoutes({ fleet: inert, events: inert, locator: inert, caller: inert });
  const named = routes.flatMap((route) => {
    const object = namedObject(route.path);
    return object === undefined ? [] : [{ route, object }];
  });
  it.each(named.map(({ route, object }) => [route.method, route.path, object] as const))(
    'cannot name another’s object: %s %s',
    async (method, path, { param, kind }) => {
      for (const name of foreignNames[kind] ?? []) {
        fleet.asked.length = 0;
        const target = path.replace(`{${param}}`, name).replace(/\{\w+\}/g, 'x');
        const body = method === 'POST' ? JSON.stringify({ Container: 'mine' }) : undefined;
        const { status } = await fleet.askAs('alice', method, `${target}?repo=registry.test/team-a/x&name=n`, body);
        expect([404, 403, 400, 503], `${method} ${target}`).toContain(status);
        expect([commands, fleet.asked.filter((line) => !/^GET \/exec\/\w+\/json/.test(line))], target).toEqual([[], []]);
      }
    },
  );

  it('has its own label on what it creates, and names its objects by whole IDs', async () => {
    const answer = await create({
      Image: 'busybox',
      Labels: { a: 'b' },
      HostConfig: { NetworkMode: 'container:mine', VolumesFrom: ['mine:ro'], Links: ['mine'], Binds: ['vol-a:/data'] },
    });
    expect(answer.status).toBe(201);
    expect(bodies[0]).toMatchObject({
      Labels: { a: 'b', [labels.owner]: 'team-a' },
      HostConfig: { NetworkMode: `container:${own}`, VolumesFrom: [`${own}:ro`], Links: [`${own}:mine`] },
    });
    await fleet.askAs('alice', 'POST', '/volumes/create', '{"Name":"v"}');
    await fleet.askAs('alice', 'POST', '/networks/create', '{"Name":"n"}');
    expect(bodies.slice(1)).toEqual([1, 2].map(() => expect.objectContaining({ Labels: { [labels.owner]: 'team-a' } })));
  });

  it('reaches engines with the whole ID where a short one could be another’s name', async () => {
    await fleet.askAs('alice', 'POST', '/containers/aa/stop');
    await fleet.askAs('alice', 'GET', '/containers/mine/logs?stdout=1');
    expect(commands).toEqual([`POST /containers/${own}/stop`]);
    expect(fleet.asked).toContain(`GET /containers/${own}/logs?stdout=1`);
  });

  it.each([
    ['a label of the gateway', { Image: 'busybox', Labels: { [labels.owner]: 'team-b' } }],
    ['another’s image', { Image: 'registry.test/team-b/app' }],
    [
      'another’s image as a mount',
      { Image: 'busybox', HostConfig: { Mounts: [{ Type: 'image', Source: 'registry.test/team-b/app', Target: '/x' }] } },
    ],
    ['privileged', { Image: 'busybox', HostConfig: { Privileged: true } }],
    ['the host’s network', { Image: 'busybox', HostConfig: { NetworkMode: 'host' } }],
    ['the host’s network as an endpoint', { Image: 'busybox', NetworkingConfig: { EndpointsConfig: { host: {} } } }],
    ['the host’s processes', { Image: 'busybox', HostConfig: { PidMode: 'host' } }],
    ['a device', { Image: 'busybox', HostConfig: { Devices: [{ PathOnHost: '/dev/sda' }] } }],
    ['a capability', { Image: 'busybox', HostConfig: { CapAdd: ['cap_sys_admin'] } }],
    ['a bind mount', { Image: 'busybox', HostConfig: { Binds: ['/:/host'] } }],
    ['a bind mount by another way', { Image: 'busybox', HostConfig: { Mounts: [{ Type: 'bind', Source: '/', Target: '/x' }] } }],
    [
      'a volume that is a bind mount',
      {
        Image: 'busybox',
        HostConfig: { Mounts: [{ Type: 'volume', Target: '/x', VolumeOptions: { DriverConfig: { Options: { device: '/' } } } }] },
      },
    ],
    ['an unconfined process', { Image: 'busybox', HostConfig: { SecurityOpt: ['seccomp=unconfined'] } }],
    ['an unmasked /proc', { Image: 'busybox', HostConfig: { MaskedPaths: [] } }],
    ['a member nobody knows', { Image: 'busybox', HostConfig: { HostFileSystem: true } }],
    ['an affinity', { Image: 'busybox', Env: ['affinity:container==theirs'] }],
  ])('is refused %s', async (_, body) => {
    expect(await refusal(body)).toEqual([403, expect.stringContaining('the policy refuses this')]);
    expect(bodies).toEqual([]);
  });

  it.each([
    ['volume', { HostConfig: { Binds: ['vol-b:/x'] } }],
    ['volume by a mount', { HostConfig: { Mounts: [{ Type: 'volume', Source: 'vol-b', Target: '/x' }] } }],
    ['container’s namespace', { HostConfig: { PidMode: 'container:theirs' } }],
    ['volumes', { HostConfig: { VolumesFrom: ['db'] } }],
    ['link', { HostConfig: { Links: ['theirs:db'] } }],
    ['network', { HostConfig: { NetworkMode: 'net-b' } }],
    ['network by its ID beside an own name', { NetworkingConfig: { EndpointsConfig: { 'net-a': { NetworkID: idOf('d2') } } } }],
  ])('does not find another’s %s in a create', async (_, more) => {
    // Not 404, upon which clients pull the image.
    expect(await refusal({ Image: 'busybox', ...more })).toEqual([400, expect.stringMatching(/no such|not found/i)]);
    expect(bodies).toEqual([]);
  });

  it('does not find another’s image by the beginning of its ID in a create', async () => {
    expect(await refusal({ Image: 'eb' })).toEqual([404, 'No such image: eb:latest']);
  });

  it.each([
    ['a key twice', '{"Image":"busybox","Image":"evil"}'],
    ['a key twice, deep', '{"Image":"busybox","HostConfig":{"Binds":[],"Binds":["/:/x"]}}'],
    ['a key in another case', '{"Image":"busybox","HostConfig":{"privileged":true}}'],
    ['a key in a case of Unicode', '{"Image":"busybox","HostConfig":{"Bind\u017f":["/:/x"]}}'],
    ['an escaped key twice', '{"Image":"busybox","\\u0049mage":"evil"}'],
    ['a wrong type', '{"Image":"busybox","HostConfig":{"Privileged":"true"}}'],
    ['no object', '[{"Image":"busybox"}]'],
    ['two values', '{"Image":"busybox"}{"Image":"evil"}'],
    ['an unpaired surrogate', '{"Image":"busybox","Env":["\\ud800"]}'],
  ])('is refused a body with %s', async (_, body) => {
    expect((await refusal(body))[0]).toBe(400);
    expect(bodies).toEqual([]);
  });

  it('is refused a form, which engines would read before the query', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status } = await fleet.askAs('alice', 'POST', '/commit?container=mine', '{"a":"&container=theirs&b="}', headers);
    expect([status, commands]).toEqual([400, []]);
  });

  it('prunes its own, whatever filters it gives', async () => {
    const filters = encodeURIComponent('{"label":["a=b"]}');
    await fleet.askAs('alice', 'POST', `/volumes/prune?filters=${filters}&filters=%7B%7D`);
    const [command = ''] = commands;
    const sent = new URLSearchParams(command.slice(command.indexOf('?')));
    expect(sent.getAll('filters').map((text) => JSON.parse(text) as unknown)).toEqual([
      { label: ['a=b', `${labels.owner}=team-a`] },
    ]);
  });

  it('cannot have a name that another’s object holds, and is not told whose it is', async () => {
    const volume = await fleet.askAs('alice', 'POST', '/volumes/create', '{"Name":"vol-b"}');
    const network = await fleet.askAs('alice', 'POST', '/networks/create', '{"Name":"net-b"}');
    expect([volume.status, network.status, commands]).toEqual([409, 409, []]);
    expect(volume.text + network.text).not.toContain('team-b');
  });

  it('is granted what the scheduler finds to be within its quotas, which everything it is asked for has with it', async () => {
    await fleet.close();
    await open({ 'team-a': { quotas: { containers: 2, memoryBytes: 1_000, publishedPorts: 1, volumes: 1 } } });
    const sized = (Memory: number, HostConfig = {}) => create({ Image: 'busybox', HostConfig: { Memory, ...HostConfig } });
    expect((await create({ Image: 'busybox' })).text).toContain('say how much');
    expect((await sized(1, { PublishAllPorts: true })).status).toBe(403);
    await sized(1);
    await fleet.askAs('alice', 'POST', '/volumes/create', '{"Name":"v2"}');
    await fleet.askAs('alice', 'POST', '/networks/create', '{"Name":"n2"}');
    await fleet.askAs('alice', 'POST', '/containers/mine/update', '{"Memory":1}');
    await fleet.askAs('root', 'POST', '/containers/create', '{"Image":"busybox"}');
    const own = { owner: 'team-a', containers: 2, memoryBytes: 1_000, publishedPorts: 1, volumes: 1 };
    expect(quotas).toEqual([own, own, own, own, undefined]);
  });

  it('is granted nothing by a scheduler that does not hold its quota', async () => {
    await fleet.close();
    await open({}, false);
    const answers = [await create({ Image: 'busybox' }), await fleet.askAs('alice', 'POST', '/volumes/create', '{"Name":"v2"}')];
    expect(answers.map(({ status, json }) => [status, json()['message']])).toEqual(
      [1, 2].map(() => [503, expect.stringContaining('update the schedulers')]),
    );
    expect([bodies, commands]).toEqual([[], []]);
  });

  it('reads of a network that all have only its own containers', async () => {
    expect((await fleet.askAs('alice', 'GET', '/networks/bridge')).json()['Containers']).toEqual({ [own]: {} });
  });
});

describe('without a tenant', () => {
  it('a container made of a tenant’s image does not become the tenant’s', async () => {
    expect((await create({ Image: 'busybox' }, 'root')).status).toBe(201);
    expect(bodies[0]).toMatchObject({ Labels: { [labels.owner]: '' } });
    expect((await create({ Image: 'busybox', Labels: { [labels.owner]: 'team-a' } }, 'ops')).status).toBe(403);
  });

  it('bodies must be plain all the same', async () => {
    expect((await create('{"Image":"a","image":"b"}', 'root')).status).toBe(400);
  });
});
