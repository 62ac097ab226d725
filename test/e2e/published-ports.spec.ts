import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Testbed, TestEngine } from '#testing';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { connectTo, exchangeDatagram, lines, readAll, roundTripMs, throughput } from './clients/port-clients.ts';
import { eventually } from './eventually.ts';
import { bedOf } from './product/bed.ts';
import { freePort } from './product/free-port.ts';
import { Stack } from './product/stack.ts';

const bulkBytes = 200 * 1_024 * 1_024;
/** Half a millisecond on a quiet machine. */
const addedMaxMs = 50;
const sampleBytes = 50 * 1_024 * 1_024;
const soonMs = 5_000;
/** Promised: the next gateway takes over within a second. */
const takeoverMaxMs = 1_000;
const host = '127.0.0.1';
/** A server that gives each connection a process: the program after it. */
const serve = (program: string) => ['sh', '-c', `exec nc -ll -p 80 -e ${program}`];

/** Sends every datagram back; with the interpreter of the engine's machine, since busybox brings no server for UDP. */
const udpEcho = [
  'chroot',
  '/host',
  'perl',
  '-MIO::Socket::INET',
  '-e',
  'my $s = IO::Socket::INET->new(LocalPort => 53, Proto => "udp"); while ($s->recv(my $d, 65535)) { $s->send($d) }',
];

/** Three engines whose ports two gateways of one machine publish. */
describe('published ports at the gateway', () => {
  let bed: Testbed;
  let engines: TestEngine[];
  let stack: Stack;
  let docker: DockerCli;
  let other: DockerCli;

  beforeAll(async () => {
    ({ bed, engines } = await bedOf('ports', ['old', 'new', 'new']));
    stack = await Stack.start({
      discovery: bed.nodesArgument,
      engines: 3,
      gateways: 2,
      flags: ['--publish', 'gateway', '--publish-ports', '61000-61199', '--container-names', 'plain'],
    });
    docker = dockerCli(stack.host(0), bed.dockerConfig);
    other = dockerCli(stack.host(1), bed.dockerConfig);
  });

  afterAll(async () => {
    await stack?.stop();
    await bed?.close();
  });

  async function ran(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await docker('run', '-d', ...args);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return stdout.trim();
  }

  it('are listened on at the gateway when start answers, shown as a bare engine shows them, and end with the container', async () => {
    const port = await freePort();
    await ran('--name', 'web', '-p', `${port}:80`, 'busybox', ...serve('cat'));
    expect(await lines(host, port, ['one', 'two'])).toEqual(['one', 'two']);
    expect((await docker('port', 'web', '80')).stdout).toContain(`0.0.0.0:${port}\n`);
    expect((await docker('ps', '--format', '{{.Ports}}')).stdout).toContain(`0.0.0.0:${port}->80/tcp`);
    expect((await docker('stop', '-t', '0', 'web')).code).toBe(0);
    await eventually('nobody listens', soonMs, () =>
      connectTo(host, port).then(
        () => undefined,
        () => true,
      ),
    );
    expect((await docker('start', 'web')).code).toBe(0);
    expect(await lines(host, port, ['again'])).toEqual(['again']);
    expect((await docker('restart', '-t', '0', 'web')).code).toBe(0);
    expect(await lines(host, port, ['restarted'])).toEqual(['restarted']);
    await docker('rm', '-f', 'web');
    await eventually('nobody listens', soonMs, () =>
      connectTo(host, port).then(
        () => undefined,
        () => true,
      ),
    );
  });

  it('are one resource of the fleet: a second container is refused with the holder, also while that is only created', async () => {
    const port = await freePort();
    await docker('create', '--name', 'first', '-p', `${port}:80`, 'busybox', 'true');
    const refused = await other('run', '-d', '--name', 'second', '-p', `${port}:81`, 'busybox', 'true');
    print(`refused: ${refused.stderr.trim()}`);
    expect(refused.code).toBe(125);
    expect(refused.stderr).toMatch(
      new RegExp(`Bind for 0.0.0.0:${port} failed: port is already allocated by container first on node node-\\d`),
    );
    expect((await docker('ps', '-aq', '--filter', 'name=second')).stdout).toBe('');
    await docker('rm', 'first');
    await ran('--name', 'second', '-p', `${port}:81`, 'busybox', 'sleep', '600');
    await docker('rm', '-f', 'second');
  });

  it('that another process of the machine has are refused with the reason', async () => {
    const foreign = createServer();
    await new Promise<void>((resolve) => foreign.listen(0, resolve));
    const { port } = foreign.address() as { port: number };
    const refused = await docker('run', '-d', '--name', 'blocked', '-p', `${port}:80`, 'busybox', 'true');
    foreign.close();
    expect(refused.stderr).toContain('port is already allocated by another process on the gateway’s machine');
    expect((await docker('ps', '-aq', '--filter', 'name=blocked')).stdout).toBe('');
  });

  it('that are drawn for 30 creates at once never meet, skip what is taken on the machine, and show as they were asked for', async () => {
    const foreign = createServer();
    await new Promise<void>((resolve, reject) => foreign.once('error', reject).listen(61_003, resolve));
    const names = Array.from({ length: 30 }, (_, index) => `drawn-${index}`);
    const made = await Promise.all(
      names.map((name, index) =>
        (index % 2 === 0 ? docker : other)('create', '-P', '--expose', '80', '--name', name, '-p', '81', 'busybox', 'true'),
      ),
    );
    foreign.close();
    expect(made.map(({ stderr }) => stderr).join('')).toBe('');
    const inspected = JSON.parse((await docker('inspect', ...names)).stdout) as Inspected[];
    const drawn = inspected.flatMap(({ Config }) => (JSON.parse(Config.Labels['io.baleen.ports'] ?? '') as Granted).ports);
    expect(drawn).toHaveLength(60);
    expect(new Set(drawn.map(({ hostPort }) => hostPort)).size).toBe(60);
    expect(drawn.every(({ hostPort }) => hostPort >= 61_000 && hostPort <= 61_199 && hostPort !== 61_003)).toBe(true);
    expect(new Set(inspected.map(({ Node }) => Node.Name)).size).toBe(3);
    expect(inspected[0]?.HostConfig.PortBindings).toEqual({ '81/tcp': [{ HostIp: '', HostPort: '' }] });
    await docker('rm', '-f', ...names);
  });

  it('bring 200 MB in and 50 MB out whole, with half-close', async () => {
    const sum = await ran('-p', '80', 'busybox', ...serve('sha256sum'));
    const script = `echo 'head -c ${sampleBytes} /dev/zero' > /s; exec nc -ll -p 80 -e sh /s`;
    const giver = await ran('-p', '80', 'busybox', 'sh', '-c', script);
    const bulk = Buffer.alloc(bulkBytes);
    const expected = createHash('sha256').update(bulk).digest('hex');
    const into = await connectTo(host, await portOf(sum));
    const startedMs = performance.now();
    into.end(bulk);
    expect((await readAll(into)).toString().split(' ')[0]).toBe(expected);
    const intoMs = performance.now() - startedMs;
    const outOf = await connectTo(host, await portOf(giver));
    const hash = createHash('sha256');
    const outStartedMs = performance.now();
    for await (const chunk of outOf) hash.update(chunk as Buffer);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(Buffer.alloc(sampleBytes)).digest('hex'));
    const outMs = performance.now() - outStartedMs;
    print(`200 MB with sha256: in ${throughput(bulkBytes, intoMs)}, out ${throughput(sampleBytes, outMs)}`);
    await docker('rm', '-f', sum, giver);
  });

  it('add milliseconds at most to a round trip', async () => {
    const echo = await ran('-p', '80', 'busybox', ...serve('cat'));
    const giver = await ran('-p', '80', 'busybox', ...serve('cat /dev/zero'));
    const directHost = await nodeIp(echo);
    const direct = await roundTripMs(directHost, await portOf(echo));
    const forwarded = await roundTripMs(host, await portOf(echo));
    const rateDirect = await rate(await nodeIp(giver), await portOf(giver));
    const rateForwarded = await rate(host, await portOf(giver));
    print(
      `round trip p50: direct ${direct.toFixed(2)} ms, forwarded ${forwarded.toFixed(2)} ms; out ${rateDirect} direct, ${rateForwarded} forwarded`,
    );
    expect(forwarded).toBeLessThan(addedMaxMs + direct);
    await docker('rm', '-f', echo, giver);
  });

  it('carry UDP, and an address of the gateway’s own wish', async () => {
    const port = await freePort();
    await ran('--name', 'udp', '-p', `127.0.0.1:${port}:53/udp`, '-v', '/:/host', 'busybox', ...udpEcho);
    expect(await exchangeDatagram(host, port, 'hello')).toBe('hello');
    expect((await docker('port', 'udp')).stdout).toBe(`53/udp -> 127.0.0.1:${port}\n`);
    await docker('rm', '-f', 'udp');
  });

  it('go on when one of two gateways dies, and come back with it', async () => {
    const web = await ran('-p', '80', 'busybox', ...serve('cat'));
    const port = await portOf(web);
    const [first = 0, ...survivors] = stack.pids('api-gateway');
    process.kill(first, 'SIGKILL');
    const diedMs = performance.now();
    const isServed = (text: string) => lines(host, port, [text]).then(([line]) => (line === text ? true : undefined));
    await eventually('the other one serves', takeoverMaxMs, () => isServed('at once'));
    const servedMs = performance.now() - diedMs;
    for (const text of ['one', 'two', 'three']) expect(await isServed(text)).toBe(true);
    print(`one of two gateways killed: served again within ${Math.round(servedMs)} ms`);
    await eventually('it is started again', 20_000, () => (stack.pids('api-gateway').length === 2 ? true : undefined));
    await eventually('both answer', 30_000, async () => {
      const answers = await Promise.all([docker('port', web), other('port', web)]);
      return answers.every(({ code }) => code === 0) ? true : undefined;
    });
    const [kept = 0] = survivors;
    process.kill(kept, 'SIGKILL');
    await eventually('the new one serves', soonMs, () => isServed('alone'));
    await docker('rm', '-f', web);
  });

  async function portOf(container: string): Promise<number> {
    const { stdout } = await docker('port', container);
    return Number(/0\.0\.0\.0:(\d+)/.exec(stdout)?.[1]);
  }

  async function nodeIp(container: string): Promise<string> {
    const { stdout } = await docker('inspect', '--format', '{{.Node.Name}}', container);
    return engines.find(({ name }) => name === stdout.trim())?.ip ?? '';
  }

  async function rate(at: string, port: number): Promise<string> {
    const socket = await connectTo(at, port);
    const startedMs = performance.now();
    let bytes = 0;
    for await (const chunk of socket) {
      bytes += (chunk as Buffer).length;
      if (bytes > sampleBytes) break;
    }
    return throughput(bytes, performance.now() - startedMs);
  }
});

type Granted = { readonly ports: readonly { readonly hostPort: number }[] };
type Inspected = {
  readonly Node: { readonly Name: string };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: { readonly PortBindings: unknown };
};

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
