import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient, openEngineTransport, readIdentity } from '#docker-api';
import { silentLogger, systemClock } from '#service-shell';
import { type Generation, Testbed, type TestEngine, type TestSshd, whyNoEngines } from '#testing';
import { engineTarget, openTinyGateway, type TinyGateway } from '../../apps/api-gateway/src/relay/tiny-gateway.builders.ts';
import { otherRoutes, run, windows } from './relayed/relayed-api.ts';

const timeoutMs = 15_000;

type Machine = { readonly engine: TestEngine; readonly sshd: TestSshd; readonly address: string };

describe.skipIf(whyNoEngines() !== undefined)('engines through ssh', () => {
  let bed: Testbed;
  let folder: string;
  let authorizedKey: string;
  const machines = new Map<Generation, Machine>();
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-ssh-spec-'));
    for (const name of ['ours', 'stranger'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    authorizedKey = readFileSync(join(folder, 'ours.pub'), 'utf8').trim();
    bed = await Testbed.open('ssh-spec');
    const boot = async (generation: Generation) => {
      const engine = await bed.engine({ generation });
      await engine.image();
      await engine.docker('run', '-d', '--name', 'web', 'busybox', 'sleep', '600');
      const sshd = await engine.sshd(authorizedKey);
      machines.set(generation, { engine, sshd, address: `ssh://root@${engine.ip}/machine/docker.sock` });
    };
    await Promise.all([boot('old'), boot('new')]);
    writeKnownHosts();
  });

  afterAll(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await bed?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const machineOf = (generation: Generation): Machine => {
    const machine = machines.get(generation);
    if (machine === undefined) throw new Error(`no ${generation} machine`);
    return machine;
  };
  const writeKnownHosts = (lines = [...machines.values()].map(({ sshd }) => sshd.knownHostsLine)) =>
    writeFileSync(join(folder, 'known_hosts'), `${lines.join('\n')}\n`);
  const open = (key: 'ours' | 'stranger' = 'ours') => {
    const configFile = join(folder, `config-${key}`);
    const config = [
      'Host *',
      `IdentityFile ${join(folder, key)}`,
      'IdentitiesOnly yes',
      `UserKnownHostsFile ${join(folder, 'known_hosts')}`,
      'GlobalKnownHostsFile /dev/null',
      'StrictHostKeyChecking yes',
    ];
    writeFileSync(configFile, `${config.join('\n')}\n`);
    const options = { engineTls: 'off', engineSshConfigFile: configFile } as const;
    const transport = openEngineTransport(options, { clock: systemClock, logger: silentLogger() });
    closers.push(() => transport.close());
    return transport;
  };
  const clientOf = (address: string, transport = open()) => {
    const client = new EngineClient({ address, transport });
    closers.push(() => client.close());
    return client;
  };
  const ping = async (client: EngineClient) => (await client.request({ method: 'GET', path: '/_ping', timeoutMs })).status;

  describe.each<Generation>(['old', 'new'])('%s', (generation) => {
    let gateway: TinyGateway;
    let environment: NodeJS.ProcessEnv;
    beforeAll(async () => {
      const { engine, address } = machineOf(generation);
      const target = engineTarget(address, { node: engine.name, ...windows[generation] });
      gateway = await openTinyGateway([target], { routes: (caller) => otherRoutes(caller, target), transport: open() });
      closers.push(() => gateway.close());
      environment = { ...process.env, DOCKER_HOST: `tcp://${gateway.address}`, DOCKER_CONFIG: bed.dockerConfig };
    });

    it('lists containers and says who the engine is', async () => {
      const { engine, address } = machineOf(generation);
      const startedMs = performance.now();
      const client = clientOf(address);
      expect(await ping(client)).toBe(200);
      const firstMs = performance.now() - startedMs;
      const { body } = await client.request({ method: 'GET', path: '/containers/json', timeoutMs });
      expect(JSON.parse(body.toString())).toMatchObject([{ Names: ['/web'] }]);
      const nextMs: number[] = [];
      for (let count = 0; count < 20; count++) {
        const sentMs = performance.now();
        await ping(client);
        nextMs.push(performance.now() - sentMs);
      }
      process.stdout.write(
        `${generation}: first answer through ssh after ${firstMs.toFixed(0)} ms, then p50 ${median(nextMs).toFixed(1)} ms\n`,
      );
      const { identity } = await readIdentity(client, Date.now, timeoutMs);
      expect(identity).toMatchObject({ name: engine.name, ip: engine.ip });
    });

    it('carries an exec whose input ends before its output, and its exit code', async () => {
      const script = 'cat; sleep 0.3; echo late; exit 3';
      const outcome = await run('docker', ['exec', '-i', 'web', 'sh', '-c', script], environment, 'early\n');
      expect(outcome).toEqual({ stdout: 'early\nlate\n', stderr: '', exitCode: 3 });
      const much = 'x'.repeat(8 * 1024 * 1024);
      expect((await run('docker', ['exec', '-i', 'web', 'wc', '-c'], environment, much)).stdout.trim()).toBe(String(much.length));
    });

    it('breaks sessions when the ssh server dies, and is back by itself with it', async () => {
      const { sshd, address } = machineOf(generation);
      const client = clientOf(address);
      await ping(client);
      const events = await client.stream({ method: 'GET', path: '/events', timeoutMs });
      const broken = new Promise<Error>((resolve) => events.body.once('error', resolve));
      events.body.resume();
      const session = spawn('docker', ['exec', 'web', 'sh', '-c', 'echo ready; sleep 600'], { env: environment });
      const ended = new Promise((resolve) => session.once('exit', resolve));
      await new Promise((resolve) => session.stdout.once('data', resolve));
      await sshd.kill();
      expect(await broken).toBeInstanceOf(Error);
      expect(await ended).toBeGreaterThan(0);
      await expect(ping(client)).rejects.toMatchObject({ code: 'engine/unreachable', details: { kind: 'refused', sent: false } });
      await sshd.start();
      const backMs = performance.now();
      await expect.poll(() => ping(client).catch(() => 0), { timeout: 10_000, interval: 100 }).toBe(200);
      process.stdout.write(
        `${generation}: answers again ${(performance.now() - backMs).toFixed(0)} ms after the ssh server was back\n`,
      );
    });
  });

  it('says what keeps it from logging in, and refuses a host whose key is unknown or has changed', async () => {
    const { address, sshd } = machineOf('old');
    const failing = (client: EngineClient, reason: RegExp) =>
      expect(ping(client)).rejects.toMatchObject({ code: 'engine/unreachable', message: expect.stringMatching(reason) });
    await failing(clientOf(address, open('stranger')), /refuses the login .*Permission denied/);
    await failing(clientOf('ssh://root@host.invalid', open()), /does not resolve/);
    await failing(
      clientOf(address.replace(/\/machine.*/, '/machine/none.sock'), open()),
      /none\.sock cannot be opened on that host/,
    );
    writeKnownHosts([]);
    await failing(clientOf(address, open()), /host key of the ssh server is not known/);
    writeKnownHosts();
    const client = clientOf(address, open());
    expect(await ping(client)).toBe(200);
    await sshd.kill();
    await sshd.newHostKey();
    await sshd.start();
    await expect
      .poll(() => ping(client).catch((error: Error) => error.message), { timeout: 10_000 })
      .toMatch(/host key of the ssh server has changed/);
    writeKnownHosts();
    await expect.poll(() => ping(client).catch((error: Error) => error.message), { timeout: 10_000 }).toBe(200);
  });

  it('ends ssh when nobody has used it for a minute, and starts it again', async () => {
    const pids: number[] = [];
    const logger = pino(
      { level: 'info' },
      { write: (line) => void pids.push(Number(/"pid":(\d+),"msg":"ssh forward stands"/.exec(line)?.[1])) },
    );
    // A minute that passes in a moment.
    const clock = { ...systemClock, after: (ms: number, run: () => void) => systemClock.after(ms === 60_000 ? 100 : ms, run) };
    const transport = openEngineTransport(
      { engineTls: 'off', engineSshConfigFile: join(folder, 'config-ours') },
      { clock, logger },
    );
    closers.push(() => transport.close());
    const pingOnce = async () => {
      const client = new EngineClient({ address: machineOf('new').address, transport });
      return await ping(client).finally(() => client.close());
    };
    open();
    expect(await pingOnce()).toBe(200);
    await expect.poll(() => pids.filter(isRunning), { timeout: 5_000 }).toEqual([]);
    expect(await pingOnce()).toBe(200);
    expect(pids).toHaveLength(2);
  });

  it('leaves no ssh process behind, however the process that started it ends', async () => {
    const script = `
      import { EngineClient, openEngineTransport } from '#docker-api';
      import { silentLogger, systemClock } from '#service-shell';
      const transport = openEngineTransport({ engineTls: 'off', engineSshConfigFile: process.argv[1] }, { clock: systemClock, logger: silentLogger() });
      const client = new EngineClient({ address: process.argv[2], transport });
      const { status } = await client.request({ method: 'GET', path: '/_ping', timeoutMs: 15_000 });
      console.log(status);
      setInterval(() => undefined, 1_000);`;
    open();
    const { address } = machineOf('new');
    const args = ['--input-type=module', '--eval', script, join(folder, 'config-ours'), address];
    // What a process that was killed cannot clear away goes with the folder of this spec.
    const env = { ...process.env, TMPDIR: folder };
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    expect(String(await new Promise((resolve) => child.stdout.once('data', resolve)))).toBe('200\n');
    const forwards = childrenOf(child.pid ?? 0);
    expect(forwards).toHaveLength(1);
    child.kill('SIGKILL');
    await expect.poll(() => forwards.filter(isRunning), { timeout: 5_000 }).toEqual([]);
  });
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
