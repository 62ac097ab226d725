import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Testbed } from '#testing';
import { DockerApi, messageOf } from './clients/docker-api.ts';
import { dockerCli } from './clients/docker-cli.ts';
import { getRaw, sendRaw } from './clients/raw-http.ts';
import { eventually } from './eventually.ts';
import { bedOf } from './product/bed.ts';
import { Stack } from './product/stack.ts';
import { OddEngine, type Oddity } from './stand-ins/odd-engine.ts';

const oddities: readonly Oddity[] = ['answers rubbish', 'hangs up at once', 'never answers', 'answers HTML'];
const reportedMaxMs = 30_000;

/** Whatever is sent, and whatever sits where an engine should be: a clear error, and everything else goes on. */
describe('over two engines and four things that are none', () => {
  let bed: Testbed;
  let stack: Stack;
  let api: DockerApi;
  let gatewayPids: number[];
  const odd = new Map<Oddity, OddEngine>();

  beforeAll(async () => {
    const made = await bedOf('bad', ['old', 'new']);
    bed = made.bed;
    for (const oddity of oddities) odd.set(oddity, await OddEngine.open(oddity));
    const addresses = [...made.engines, ...odd.values()].map((engine) => engine.address);
    stack = await Stack.start({ discovery: addresses.join(','), engines: 2 });
    api = new DockerApi(stack.url());
    gatewayPids = stack.pids('api-gateway');
  });

  afterAll(async () => {
    await stack?.stop();
    for (const engine of odd.values()) engine.close();
    await bed?.close();
  });

  describe('a create', () => {
    const post = (path: string, body: string) =>
      fetch(`${stack.url()}${path}`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });

    it.each([
      ['garbage', '{{{'],
      ['an empty body', ''],
      ['a number', '42'],
      ['null', 'null'],
      ['a list', '[]'],
      ['a number for the image', '{"Image":5}'],
      ['a text for the labels', '{"Image":"busybox","Labels":"x"}'],
      ['a text for the host configuration', '{"Image":"busybox","HostConfig":"x"}'],
      ['a number for the environment', '{"Image":"busybox","Env":7}'],
      ['ports of the wrong shape', '{"Image":"busybox","HostConfig":{"PortBindings":{"80/tcp":"x"}}}'],
    ])('with %s is refused with 400 and a reason', async (_, body) => {
      const answer = await post('/containers/create', body);
      expect([answer.status, await answer.json()]).toEqual([400, { message: expect.stringMatching(/\w{3}/) }]);
    });

    it('with a name that is none is refused as an engine refuses it', async () => {
      const answer = await api.create('no spaces!');
      expect([answer.status, messageOf(answer)]).toEqual([
        400,
        'Invalid container name (no spaces!), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
      ]);
    });

    it('of 50 MB is refused with 413', async () => {
      const body = `{"Image":"busybox","Hostname":"${'x'.repeat(50_000_000)}"}`;
      const head = `POST /containers/create HTTP/1.1\r\nHost: b\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      const answer = await sendRaw(stack.url(), head + body);
      expect([answer.status, JSON.parse(answer.body)]).toEqual([413, { message: expect.stringContaining('larger than') }]);
    });

    it('with a broken chunk is refused with 400', async () => {
      const head =
        'POST /containers/create HTTP/1.1\r\nHost: b\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
      expect((await sendRaw(stack.url(), `${head}zz\r\n{}\r\n0\r\n\r\n`)).status).toBe(400);
    });

    it('of one name from 64 clients at once succeeds once and is refused 63 times', async () => {
      const answers = await Promise.all(Array.from({ length: 64 }, () => api.create('only-one')));
      const refused = answers.filter((answer) => answer.status !== 201);
      expect(refused.map((answer) => answer.status)).toEqual(Array.from({ length: 63 }, () => 409));
      for (const answer of refused) expect(messageOf(answer)).toMatch(/^Conflict[.:].*only-one/);
      expect(await namesLike('only-one')).toHaveLength(1);
    });

    it('of one host port from 16 clients succeeds once an engine, and the others hear why', async () => {
      const HostConfig = { PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8080' }] } };
      const clients = Array.from({ length: 16 }, (_, index) => api.create(`port-${index}`, { HostConfig }));
      const answers = await Promise.all(clients);
      const refused = answers.filter((answer) => answer.status !== 201);
      expect(refused).toHaveLength(14);
      for (const answer of refused) expect(messageOf(answer)).toContain('port 8080 is already allocated (2 engines)');
      const homes = (await namesLike('port-')).map((name) => name.split('/')[1]);
      expect(homes.toSorted()).toEqual(['node-1', 'node-2']);
    });
  });

  describe('a request', () => {
    it.each(['/containers/nobody/json', '/containers/nobody/logs?stdout=1', '/containers/nobody/stats?stream=0'])(
      'to %s gets 404 with the engine’s words',
      async (path) => {
        const answer = await api.ask('GET', path);
        expect([answer.status, messageOf(answer)]).toEqual([404, 'No such container: nobody']);
      },
    );

    it.each(['/containers/%2e%2e%2finfo/json', '/containers/x%2F..%2F..%2Finfo/json'])(
      'to the path %s, which steps elsewhere behind its escapes, gets 400',
      async (path) => {
        const answer = await getRaw(stack.url(), path);
        expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { message: expect.stringContaining('..') }]);
      },
    );

    it.each(['/containers/%00/json', '/frobnicate', '/'])('to the path %s gets 404 as JSON', async (path) => {
      const answer = await getRaw(stack.url(), path);
      expect([answer.status, JSON.parse(answer.body)]).toEqual([404, { message: expect.any(String) }]);
    });

    it('with a broken escape gets 400', async () => {
      const answer = await getRaw(stack.url(), '/containers/%zz/json');
      expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { message: 'invalid URL escape "%zz"' }]);
    });

    it.each([
      ['/containers/../info', '/info'],
      ['/containers/%2e%2e/json', '/json'],
      ['/containers/x/../../info', '/info'],
      ['/../../etc/passwd', '/etc/passwd'],
      ['//containers/json', '/containers/json'],
      ['/containers//json', '/containers/json'],
    ])('to the unclean path %s is led to %s, as by an engine', async (path, location) => {
      const { status, head } = await getRaw(stack.url(), path);
      expect([status, head]).toEqual([301, expect.stringContaining(`Location: ${location}`)]);
    });

    it('for what a fleet does not do gets 501 and says so', async () => {
      const answer = await api.ask('POST', '/swarm/init', {});
      expect([answer.status, messageOf(answer)]).toEqual([501, expect.stringContaining('no Swarm mode')]);
    });

    it.each([
      ['/v9.99/info', /^client version 9\.99 is too new\. Maximum supported API version is 1\.41$/],
      [
        '/v1.10/info',
        /client version 1\.10 is too old\. Minimum supported API version is 1\.\d+, please upgrade your client to a newer version/,
      ],
    ])('of version %s is refused as an engine refuses it', async (path, message) => {
      const answer = await api.ask('GET', path);
      expect([answer.status, messageOf(answer).trim()]).toEqual([400, expect.stringMatching(message)]);
    });

    it.each([
      ['a head of 2 MB in one line', `GET /info HTTP/1.1\r\nHost: b\r\nX-Flood: ${'x'.repeat(2_000_000)}\r\n\r\n`, 431],
      ['a hundred thousand headers', `GET /info HTTP/1.1\r\nHost: b\r\n${'X-Flood: some text\r\n'.repeat(100_000)}\r\n`, 431],
      ['no HTTP at all', '\u0016\u0003\u0001 hello\r\n\r\n', 400],
    ])('of %s is refused', async (_, bytes, status) => {
      expect((await sendRaw(stack.url(), bytes)).status).toBe(status);
    });
  });

  it('names in `docker info` each thing that is no engine, with the reason', async () => {
    const reasons = await eventually('every odd engine has a reason', reportedMaxMs, async () => {
      const rows = await api.statusRows();
      const found = [...odd].map(([oddity, { address }]) => [oddity, errorOf(rows, address)] as const);
      return found.every(([, reason]) => reason !== undefined) ? new Map(found) : undefined;
    });
    expect(Object.fromEntries(reasons)).toEqual({
      'answers rubbish': expect.stringContaining('does not speak HTTP: is it a Docker daemon (without TLS)?'),
      'hangs up at once': expect.stringMatching(/^cannot reach the engine at 127\.0\.0\.1:\d+: \w+/),
      'never answers': expect.stringMatching(/does not answer/),
      'answers HTML': expect.stringMatching(/127\.0\.0\.1:\d+ is (no Docker daemon|a Docker Engine)/),
    });
  });

  it('still works after all of it, with the same gateway process', async () => {
    const docker = dockerCli(stack.host(), bed.dockerConfig);
    expect(await docker('run', '--rm', 'busybox', 'echo', 'still here')).toMatchObject({ stdout: 'still here\n', code: 0 });
    expect(stack.pids('api-gateway')).toEqual(gatewayPids);
    expect(`${stack.stdout}${stack.stderr}`).not.toMatch(/\bdefect\b/);
  });

  async function namesLike(part: string): Promise<string[]> {
    return (await api.containers()).flatMap((container) => container.Names).filter((name) => name.includes(part));
  }
});

/** The `Error` row of the engine at this address. */
function errorOf(rows: readonly [string, string][], address: string): string | undefined {
  const start = rows.findIndex(([key, value]) => /^ \S/.test(key) && value === address);
  const rest = rows.slice(start + 1);
  const end = rest.findIndex(([key]) => /^ \S/.test(key));
  return rest.slice(0, end === -1 ? undefined : end).find(([key]) => key === '  └ Error')?.[1];
}
