import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DaemonScript } from '../daemons/scripted-daemon.builders.ts';
import { idOf, TestFleet } from '../gateway.builders.ts';

/** What engines 20.10 and 28 answer to the same queries was tried on real ones: the texts are those of 28. */
let fleet: TestFleet;
const asked: string[] = [];

const imageOf = (id: string, tags: string[]) => ({ Id: id, RepoTags: tags, RepoDigests: [], Created: 3, Size: 7, SharedSize: 5 });
const daemon: DaemonScript = ({ path }) => {
  asked.push(path);
  if (path.startsWith('/images/json?'))
    return { body: JSON.stringify([imageOf('sha256:f1', ['busybox:latest']), imageOf('sha256:99', [])]) };
  return path.startsWith('/containers/json?') ? { body: JSON.stringify([{ Id: idOf('a1'), SizeRootFs: 9 }]) } : undefined;
};

const mount = (type: string, name: string, source: string) => ({ type, name, source, destination: `/to/${type}` });

beforeAll(async () => {
  fleet = await TestFleet.open({ containerNames: 'plain' });
  const first = await fleet.node('node-1', { daemon });
  const second = await fleet.node('node-2', { daemon: () => ({ body: '[]' }) });
  const ports = [
    { PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    { PrivatePort: 9000, Type: 'tcp' },
  ];
  const mounts = [mount('volume', 'vv', '/var/lib/vv'), mount('bind', '', '/home')];
  const running = { createdAtMs: 4, labels: { x: '1', y: '' }, imageId: 'sha256:f1', networks: { nw: 'ab12' }, mounts };
  await fleet.container(first, idOf('a1'), 'one', running, { Ports: ports });
  await fleet.container(second, idOf('a2'), 'two', { createdAtMs: 3, health: 'healthy', labels: { x: '2' } });
  await fleet.container(first, idOf('b3'), 'three', { createdAtMs: 2, state: 'exited', exitCode: 3 });
  await fleet.container(second, idOf('b4'), 'four', { createdAtMs: 1, state: 'created', startedAtMs: 0, exitCode: 0 });
  await fleet.image(first, 'sha256:f1', ['busybox:latest', 'reg.example:5000/team/app:2'], 1_000);
  await fleet.image(second, 'sha256:f2', ['kid:1'], 2_000);
  await fleet.image(second, 'sha256:f3', [], 3_000);
  for (const name of ['bridge', 'host']) await fleet.network(first, `n${name}`, name);
  await fleet.network(first, 'ab12', 'nw', { labels: { n: '1' } });
  await fleet.network(second, 'ab13', 'idle');
  await fleet.volume(first, 'vv', { labels: { v: '1' } });
  await fleet.volume(second, 'free');
});
afterAll(() => fleet.close());

const paths = { containers: '/containers/json', images: '/images/json', networks: '/networks', volumes: '/volumes' } as const;

/** The names of what is listed, joined; or the refusal. */
async function listed(kind: keyof typeof paths, filters: string, query = ''): Promise<string> {
  const answer = await fleet.ask('GET', `${paths[kind]}?filters=${encodeURIComponent(filters)}${query}`);
  const body = answer.json();
  if (answer.status !== 200) return `${answer.status} ${body['message'] as string}`;
  const rows = (kind === 'volumes' ? body['Volumes'] : body) as { Name?: string; Names?: string[]; RepoTags?: string[] }[];
  return rows.map((row) => row.Name ?? row.Names?.[0] ?? row.RepoTags?.[0] ?? '<none>').join(' ');
}

describe('docker ps', () => {
  it.each([
    ['', '/one /two'],
    ['{}', '/one /two'],
    ['null', '/one /two'],
    ['{"label":null}', '/one /two'],
    ['{"label":[]}', '/one /two'],
    ['{"label":{"x=1":false}}', '/one'],
    ['{"label":["x"]} ', '/one /two'],
    ['{"status":{"exited":true}}', '/three'],
    ['{"status":["created","exited"]}', '/three /four'],
    ['{"exited":["3"]}', ''],
  ])('with filters %s shows: %s', async (filters, names) => {
    expect(await listed('containers', filters)).toBe(names);
  });

  it.each([
    ['{"exited":["3"]}', '/three'],
    ['{"exited":["0"]}', ''],
    ['{"exited":["x"]}', '400 invalid filter \'exited=x\': strconv.Atoi: parsing "x": invalid syntax'],
    [
      '{"status":["bogus"]}',
      "400 invalid filter 'status=bogus': invalid value for state (bogus): must be one of created, running, paused, restarting, removing, exited, dead",
    ],
    [
      '{"health":[""]}',
      "400 invalid filter 'health=': invalid value for health (): must be one of none, starting, healthy, unhealthy",
    ],
    ['{"health":["healthy"]}', '/two'],
    ['{"is-task":["true"]}', ''],
    ['{"is-task":["0"]}', '/one /two /three /four'],
    ['{"is-task":["true","false"]}', "400 invalid filter 'is-task=[true false]'"],
    ['{"isolation":["x"]}', '/one /two /three /four'],
    ['{"label":["x=1","x=2"]}', ''],
    ['{"label":["x="]}', ''],
    ['{"label":["y="]}', '/one'],
    ['{"label!":["x"]}', "400 invalid filter 'label!'"],
    ['{"name":["^/one$"]}', '/one'],
    ['{"name":["^one$","^node-2/two$"]}', '/one /two'],
    ['{"name":["("]}', ''],
    ['{"id":["a1"]}', '/one'],
    ['{"id":["a"]}', ''],
    ['{"id":[""]}', ''],
    ['{"before":["two"]}', '/three /four'],
    ['{"before":[""]}', '404 No such container: '],
    ['{"since":["nope"]}', '404 No such container: nope'],
    ['{"before":["one"],"since":["four"]}', '/two /three'],
    ['{"publish":["8080"]}', '/one'],
    ['{"publish":["80"]}', ''],
    ['{"publish":["0"]}', '/one'],
    ['{"publish":["8080/udp"]}', ''],
    ['{"expose":["8999-9001/tcp"]}', '/one'],
    ['{"publish":["1"],"expose":["80"]}', '/one'],
    ['{"publish":["x"]}', '400 error while looking up for publish x: strconv.ParseUint: parsing "x": invalid syntax'],
    ['{"expose":["90-80"]}', '400 error while looking up for expose 90-80: Invalid range specified for the Port: 90-80'],
    [
      '{"publish":["70000"]}',
      '400 error while looking up for publish 70000: strconv.ParseUint: parsing "70000": value out of range',
    ],
    ['{"publish":[""]}', '400 error while looking up for publish : Empty string specified for ports.'],
    ['{"network":["nw"]}', '/one'],
    ['{"network":["ab"]}', '/one'],
    ['{"network":["n"]}', ''],
    ['{"volume":["vv"]}', '/one'],
    ['{"volume":["/home"]}', '/one'],
    ['{"volume":["/var/lib/vv"]}', ''],
    ['{"volume":["/to/bind"]}', '/one'],
    ['{"volume":[""]}', ''],
    ['{"ancestor":["busybox"]}', '/one'],
    ['{"ancestor":["nope"]}', ''],
    ['{"node":["node-2"]}', '/two /four'],
  ])('-a with filters %s shows: %s', async (filters, names) => {
    expect(await listed('containers', filters, '&all=1')).toBe(names);
  });

  it.each([
    ['&limit=3', '/one /two /three'],
    ['&limit=-1', '/one /two'],
    ['&limit=x', '400 strconv.Atoi: parsing "x": invalid syntax'],
    ['&all=F', '/one /two /three /four'],
    ['&all=No', '/one /two'],
    ['&all=1&limit=1', '/one'],
  ])('with %s shows: %s', async (query, names) => {
    expect(await listed('containers', '', query)).toBe(names);
  });

  it('asks engines for sizes only', async () => {
    asked.length = 0;
    await listed('containers', '', '&all=1');
    expect(asked).toEqual([]);
    const [row] = await fleet.list('/containers/json?size=1');
    // An engine leaves out a size of 0.
    expect([row?.['SizeRw'], row?.['SizeRootFs']]).toEqual([undefined, 9]);
    expect(asked).toHaveLength(1);
  });
});

describe('docker images', () => {
  it.each([
    ['', '<none> kid:1 busybox:latest'],
    ['{"dangling":["true"]}', '<none>'],
    ['{"dangling":["0"]}', 'kid:1 busybox:latest'],
    ['{"dangling":["true","false"]}', "400 invalid filter 'dangling=[true false]'"],
    ['{"dangling":[""]}', "400 invalid filter 'dangling=[]'"],
    ['{"before":["kid:1"]}', 'busybox:latest'],
    ['{"since":["busybox","kid:1"]}', '<none>'],
    ['{"before":[""]}', '400 invalid reference format'],
    ['{"since":["nope"]}', '404 No such image: nope:latest'],
    ['{"reference":["*:1","busybox"]}', 'kid:1 busybox:latest'],
    ['{"reference":["reg.example:5000/*/*"]}', 'reg.example:5000/team/app:2'],
    ['{"reference":["team/app"]}', ''],
    ['{"reference":["["]}', '400 syntax error in pattern'],
    ['{"until":["2"]}', 'busybox:latest'],
    ['{"until":["1970-01-01T00:00:02.5Z"]}', 'kid:1 busybox:latest'],
    ['{"until":["1h"]}', '<none> kid:1 busybox:latest'],
    ['{"until":["x"]}', '400 failed to parse value as time or duration: "x"'],
    ['{"is-official":["true"]}', "400 invalid filter 'is-official'"],
    ['{"node":["node-1"]}', 'busybox:latest'],
  ])('with filters %s shows: %s', async (filters, names) => {
    expect(await listed('images', filters)).toBe(names);
  });

  it('counts containers since 1.51 and has the shape of older versions before', async () => {
    const [, , busybox] = await fleet.list('/v1.51/images/json');
    expect(busybox).toMatchObject({ Containers: 1 });
    expect(busybox).not.toHaveProperty('VirtualSize');
    expect((await fleet.list('/v1.43/images/json'))[2]).toMatchObject({ Containers: -1, VirtualSize: 1 });
  });

  it.each([
    ['1.42', [['<none>:<none>'], ['<none>@<none>']], null],
    ['1.43', [[], []], []],
  ])('says that an image has no names as engines do in version %s', async (version, nameless, noDigests) => {
    const rows = await fleet.list(`/v${version}/images/json`);
    expect(rows.map((row) => [row.RepoTags, row['RepoDigests']])).toEqual([
      nameless,
      [['kid:1'], noDigests],
      [['busybox:latest', 'reg.example:5000/team/app:2'], noDigests],
    ]);
  });

  it('asks engines for the layers between images and for shared sizes', async () => {
    expect(await listed('images', '', '&all=1')).toBe('busybox:latest <none>');
    expect((await fleet.list('/images/json?shared-size=1'))[0]).toMatchObject({ SharedSize: 5, RepoTags: ['busybox:latest'] });
  });

  it.each([
    ['true', ['sha256:f3']],
    ['false', ['sha256:f1']],
  ])('lists no layers between images, which have children, when all that dangle are asked for (%s)', async (dangling, ids) => {
    const rows = await fleet.list(`/images/json?all=1&filters=${encodeURIComponent(`{"dangling":["${dangling}"]}`)}`);
    expect(rows.map((row) => row['Id'])).toEqual(ids);
  });

  it('reads the parameter filter as engines did up to API 1.40', async () => {
    expect((await fleet.list('/v1.40/images/json?filter=kid')).map((row) => row['Id'])).toEqual(['sha256:f2']);
    expect(await fleet.list('/v1.41/images/json?filter=kid')).toHaveLength(3);
  });
});

describe('docker network ls and docker volume ls', () => {
  it.each([
    ['{"type":["custom"]}', 'idle nw'],
    ['{"type":["x"]}', "400 invalid filter: 'type'='x'"],
    ['{"driver":["bri"]}', ''],
    ['{"scope":["global","local"]}', 'bridge host idle nw'],
    ['{"dangling":["1"]}', 'idle'],
    ['{"dangling":["false"]}', 'bridge host nw'],
    ['{"dangling":["True"]}', '400 invalid value for filter \'dangling\', must be "true" (or "1"), or "false" (or "0")'],
    ['{"dangling":["true","false"]}', '400 got more than one value for filter key "dangling"'],
    ['{"name":["n"]}', 'nw'],
    ['{"id":["^ab"]}', 'idle nw'],
    ['{"label":["n=2"]}', ''],
    ['{"until":["1h"]}', "400 invalid filter 'until'"],
    ['{"node":["node-2"]}', 'idle'],
  ])('networks with filters %s: %s', async (filters, names) => {
    expect(await listed('networks', filters)).toBe(names);
  });

  it.each([
    ['{"dangling":["true"]}', 'free'],
    ['{"dangling":["x"]}', "400 invalid filter 'dangling=[x]'"],
    ['{"driver":["loc"]}', ''],
    ['{"driver":["x","local"]}', 'free vv'],
    ['{"label":["v=1"]}', 'vv'],
    ['{"name":["^free$"]}', 'free'],
    ['{"name":["de-1/"]}', 'vv'],
    ['{"name":["e"]}', 'free'],
    ['{"node":["node-1"]}', 'vv'],
  ])('volumes with filters %s: %s', async (filters, names) => {
    expect(await listed('volumes', filters)).toBe(names);
  });
});
