import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Testbed, TestEngine } from '#testing';
import { type ApiAnswer, DockerApi, messageOf } from './clients/docker-api.ts';
import { bedOf } from './product/bed.ts';
import { Stack } from './product/stack.ts';

type Row = { readonly Name?: string; readonly Names?: readonly string[]; readonly RepoTags?: readonly string[] | null };

/** Every request goes to a bare engine and to Baleen over that engine: status, words and what is listed are the same. */
describe('the Docker API, asked of an engine and of Baleen over it', () => {
  let bed: Testbed;
  let engine: TestEngine;
  let stack: Stack;
  let bare: DockerApi;
  let fleet: DockerApi;

  beforeAll(async () => {
    const made = await bedOf('api', ['new']);
    bed = made.bed;
    const [only] = made.engines;
    if (only === undefined) throw new Error('a bed without its engine');
    engine = only;
    bare = new DockerApi(`http://${engine.address}`);
    await fill(bare);
    stack = await Stack.start({
      discovery: engine.address,
      engines: 1,
      globalFlags: ['--debug'],
      flags: ['--container-names', 'plain', '--cors'],
    });
    fleet = new DockerApi(stack.url());
  });

  afterAll(async () => {
    await stack?.stop();
    await bed?.close();
  });

  const both = (method: string, path: string): Promise<[ApiAnswer, ApiAnswer]> =>
    Promise.all([bare.ask(method, path), fleet.ask(method, path)]);

  it('answers list queries alike: what is shown, in which order, and what is refused in which words', async () => {
    for (const [path, queries] of Object.entries(listQueries)) {
      for (const query of queries) {
        const [wanted, given] = await both('GET', `${path}?all=1&filters=${encodeURIComponent(query)}`);
        expect([path, query, summaryOf(given)]).toEqual([path, query, summaryOf(wanted)]);
      }
    }
  });

  it('refuses alike', async () => {
    for (const request of refused) {
      const [method = '', path = ''] = request.split(' ');
      const [wanted, given] = await both(method, path);
      expect([request, given.status, messageOf(given)]).toEqual([request, wanted.status, messageOf(wanted)]);
    }
  });

  it('pings with every header of an engine, and names one version everywhere', async () => {
    for (const method of ['GET', 'HEAD']) {
      const [wanted, given] = await Promise.all([
        fetch(`http://${engine.address}/_ping`, { method }),
        fetch(`${stack.url()}/_ping`, { method }),
      ]);
      const own = new Set(['date', 'server', 'connection', 'keep-alive']);
      const headers = ({ headers: all }: Response) => Object.fromEntries([...all].filter(([name]) => !own.has(name)));
      expect(headers(given)).toMatchObject(headers(wanted));
    }
    const [wanted, given] = await both('GET', '/version');
    expect(given.body).toMatchObject({ ApiVersion: (wanted.body as { ApiVersion: string }).ApiVersion, Os: 'linux' });
  });

  it.each(['1.51', '1.41', '1.24'])('has every member of an engine’s /info in version %s, of the same kind', async (version) => {
    const [wanted, given] = await both('GET', `/v${version}/info`);
    const unknown = new Set(['KernelMemoryTCP', 'CgroupVersion', 'OSVersion', 'FirewallBackend', 'CDISpecDirs', 'Containerd']);
    const own = given.body as Record<string, unknown>;
    const kinds = Object.entries(wanted.body as Record<string, unknown>).filter(([name]) => !unknown.has(name));
    expect(kinds.filter(([name, value]) => kindOf(value) !== kindOf(own[name])).map(([name]) => name)).toEqual([]);
  });

  it('sums disk usage up by type', async () => {
    for (const query of ['type=container', 'type=image&type=volume', 'type=x']) {
      const [wanted, given] = await both('GET', `/system/df?${query}`);
      const kinds = (answer: ApiAnswer) =>
        Object.entries(answer.body as object).map(([name, value]) => [name, Array.isArray(value) ? value.length : value]);
      expect([query, given.status, new Map(kinds(given) as [])]).toEqual([query, wanted.status, new Map(kinds(wanted) as [])]);
    }
  });

  it('profiles the gateway with --debug, one look at a time', async () => {
    const path = '/debug/pprof/profile?seconds=1';
    const looks = await Promise.all([fleet.ask('GET', path), fleet.ask('GET', `/v1.44${path}`)]);
    expect(looks.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(looks.find(({ status }) => status === 200)?.body).toMatchObject({
      nodes: expect.any(Array),
      samples: expect.any(Array),
    });
    expect((await fleet.ask('GET', '/debug/pprof/heap?seconds=1')).body).toHaveProperty('head');
  });

  it('lets pages of any origin ask with --cors, relayed answers too', async () => {
    for (const path of ['/containers/json', '/containers/one/top'])
      expect((await fetch(`${stack.url()}${path}`)).headers.get('access-control-allow-origin')).toBe('*');
  });
});

async function fill(api: DockerApi): Promise<void> {
  await api.wanted('POST', '/networks/create', { Name: 'nw', Labels: { n: '1' } });
  await api.wanted('POST', '/volumes/create', { Name: 'vv', Labels: { v: '1' } });
  await api.wanted('POST', '/volumes/create', { Name: 'free' });
  await api.wanted('POST', '/images/busybox/tag?repo=reg.example:5000/team/app&tag=2');
  const host = { PortBindings: { '80/tcp': [{ HostPort: '18080' }] }, Binds: ['vv:/data', '/tmp:/host'], NetworkMode: 'nw' };
  await api.wanted('POST', '/containers/create?name=one', {
    Image: 'busybox',
    Cmd: ['sleep', '600'],
    Labels: { x: '1', y: '' },
    ExposedPorts: { '80/tcp': {}, '9000/tcp': {} },
    HostConfig: host,
  });
  await api.create('two', { Labels: { x: '2' }, Healthcheck: { Test: ['NONE'] } });
  await api.create('three', { Cmd: ['sh', '-c', 'exit 3'] });
  for (const name of ['one', 'three']) await api.wanted('POST', `/containers/${name}/start`);
  await api.wanted('POST', '/containers/three/wait');
}

/** None is one that an engine answers with a 500 for the client's mistake (docs/adr/0015), or words in the order of a map. */
const listQueries: Readonly<Record<string, readonly string[]>> = {
  '/containers/json': words(`
    {} null {"label":null} {"label":[]} {"label":{"x=1":false}} {"colour":["red"]} {"label!":["x"]} {"status":["exited"]}
    {"status":["bogus"]} {"status":["running","created"]} {"health":["none"]} {"health":[""]} {"exited":["3"]}
    {"exited":["0"]} {"exited":["x"]} {"is-task":["false"]} {"is-task":["x"]}
    {"isolation":["x"]} {"label":["x"]} {"label":["x=1","y"]} {"name":["o"]} {"name":["^/one$"]} {"name":["^one$"]}
    {"name":["("]} {"name":[""]} {"id":[""]} {"ancestor":["busybox"]} {"ancestor":["nope"]}
    {"ancestor":["reg.example:5000/team/app:2"]} {"ancestor":[""]} {"before":["three"]} {"since":["one"]}
    {"before":["three"],"since":["one"]} {"before":["nope"]} {"publish":["18080"]} {"publish":["80"]} {"publish":["0"]}
    {"publish":["18080/udp"]} {"expose":["9000"]} {"expose":["8999-9001/tcp"]} {"expose":["80"],"publish":["1"]}
    {"network":["nw"]} {"network":["bridge"]} {"network":["n"]} {"volume":["vv"]} {"volume":["/data"]} {"volume":["/tmp"]}
    {"volume":["/dat"]}`),
  '/images/json': words(`
    {"dangling":["true"]} {"dangling":["0"]} {"dangling":["x"]} {"label":["a"]}
    {"before":["busybox"]} {"since":["nope"]} {"reference":["busy*"]} {"reference":["reg.example:5000/*/*"]}
    {"reference":["*/app"]} {"reference":["[^k]*"]} {"reference":[""]} {"until":["1h"]} {"until":["2000-01-01"]}
    {"before":[""]} {"is-official":["true"]}`),
  // Not `dangling=true`: an engine calls every network of a user dangling, in use or not (docs/adr/0015).
  '/networks': words(`
    {"type":["custom"]} {"type":["builtin","custom"]} {"driver":["null"]} {"driver":["bri"]} {"scope":["local"]}
    {"dangling":["x"]} {"dangling":["true","false"]} {"name":["n"]} {"label":["n=1"]} {"label":["n=2"]} {"until":["1h"]}
    {"id":["zz"]} {"name":["host","nw"]}`),
  '/volumes': words(`
    {"dangling":["true"]} {"dangling":["false"]} {"dangling":["x"]} {"driver":["local"]} {"driver":["loc"]} {"label":["v=1"]}
    {"name":["v"]} {"name":["^free$"]} {"colour":["red"]}`),
};

const refused = `
  GET /swarm
  GET /swarm/unlockkey
  POST /swarm/leave
  GET /services
  GET /secrets
  GET /configs/x
  PUT /volumes/x
  PUT /containers/json
  GET /containers/json/
  GET /nowhere
  GET /plugins/a/b/json
  GET /plugins?filters={"x":["a"]}
  GET /containers/one/checkpoints
  GET /containers/nope/json
  GET /images/nope/json
  GET /networks/nope
  GET /volumes/nope
  GET /exec/nope/json
  GET /v1.99/info
  GET /v1.23/info
  GET /vabc/info`
  .trim()
  .split(/\n\s*/);

/** What stands between white space, and nothing at all: a query that is given empty. */
function words(text: string): string[] {
  return text.split(/\s+/);
}

/** Networks come from an engine in no order. */
function summaryOf(answer: ApiAnswer): unknown {
  if (answer.status !== 200) return [answer.status, messageOf(answer)];
  const body = answer.body as Row[] | { readonly Volumes: readonly Row[] | null };
  const rows = Array.isArray(body) ? body : (body.Volumes ?? []);
  const names = rows.map((row) => row.Name ?? row.Names?.[0] ?? row.RepoTags?.join());
  return [200, rows.some((row) => row.Name !== undefined) ? names.sort() : names];
}

/** `list`, `object`, `string` …; null counts as whatever it stands for. */
function kindOf(value: unknown): string {
  if (Array.isArray(value) || value === null) return 'list';
  return typeof value;
}
