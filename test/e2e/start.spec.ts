import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Testbed } from '#testing';
import { DockerApi, messageOf } from './clients/docker-api.ts';
import { dockerCli } from './clients/docker-cli.ts';
import { type Outcome, run } from './clients/run.ts';
import { eventually } from './eventually.ts';
import { freePort } from './product/free-port.ts';
import { Joining } from './product/joining.ts';
import { Stack } from './product/stack.ts';
import { OddEngine } from './stand-ins/odd-engine.ts';

const program = fileURLToPath(new URL('../../bin/baleen', import.meta.url));
const start = fileURLToPath(new URL('../../tools/start.mjs', import.meta.url));
const saidMaxMs = 60_000;
const takenInMaxMs = 60_000;
const goneMaxMs = 10_000;

const baleen = (...args: readonly string[]): Promise<Outcome> => run(program, args, { cwd: '/' });

/** What a command that goes on says first. */
async function firstLine(...args: readonly string[]): Promise<string> {
  const running = spawn(program, args, { cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    for await (const line of createInterface(running.stdout)) return line;
    throw new Error(`baleen ${args.join(' ')} ended without a word`);
  } finally {
    running.kill('SIGKILL');
  }
}

/** What a newcomer meets first; side by side, since most of it waits, one for half a minute. */
describe('baleen', () => {
  const undo: (() => Promise<unknown> | unknown)[] = [];

  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  it.concurrent('manage without any engine says what it tried, why each failed and what to do, runs on, and takes an engine in when it comes', async ({
    onTestFinished,
  }) => {
    const bed = await Testbed.open('start');
    onTestFinished(() => bed.close());
    const engine = await bed.engine();
    await engine.image();
    await engine.kill();
    const silent = await OddEngine.open('never answers');
    onTestFinished(() => silent.close());
    const closed = `127.0.0.1:${await freePort()}`;

    const stack = await Stack.start({ discovery: [engine.address, silent.address, closed].join(',') });
    onTestFinished(async () => void (await stack.stop()));
    const said = await eventually('the report', saidMaxMs, () =>
      stack.stderr.includes('taken in as soon as') ? stack.stderr : undefined,
    );
    expect(said).toContain('engines: 0 of 3 healthy');
    expect(said).toMatch(new RegExp(`^baleen: +${engine.address}: .*connection refused: no daemon listens there`, 'm'));
    expect(said).toMatch(new RegExp(`^baleen: +${closed}: .*connection refused: no daemon listens there`, 'm'));
    expect(said).toMatch(new RegExp(`^baleen: +${silent.address}: .*does not answer`, 'm'));
    expect(said).toContain('Start these daemons, or correct the addresses');
    expect(stack.stdout).toBe(`export DOCKER_HOST=${stack.host()}\n`);
    const ready = await eventually(
      'what it ends its start with',
      saidMaxMs,
      () => /^baleen: ready\n.*/ms.exec(stack.stderr)?.[0],
    );
    expect(ready).toContain(`baleen:   docker          export DOCKER_HOST=${stack.host()}\n`);
    expect(ready).toContain('baleen:   dashboard       none: --admin tcp://127.0.0.1:2380 opens one\n');
    expect(ready).toContain('baleen:   one more engine name it in the discovery argument, and start again\n');
    const refused = await new DockerApi(stack.url()).create('too-early');
    expect([refused.status, messageOf(refused)]).toEqual([500, expect.stringMatching(/no .*(engine|node)/i)]);

    await engine.restart();
    const docker = dockerCli(stack.host(), bed.dockerConfig);
    const first = await eventually('the engine is taken in', takenInMaxMs, async () => {
      const outcome = await docker('run', '--rm', 'busybox', 'echo', 'hello');
      return outcome.code === 0 ? outcome.stdout : undefined;
    });
    expect(first).toBe('hello\n');
  });

  it.concurrent('--version and --help answer on stdout with status 0, for every command', async () => {
    expect(await baleen('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^baleen version \d+\.\d+\.\d+\n$/),
      stderr: '',
    });
    const commands = [
      [],
      ['manage'],
      ['gateway'],
      ['scheduler'],
      ['monitor'],
      ['discovery'],
      ['explain'],
      ['list'],
      ['join'],
      ['create'],
      ['certs'],
      ['policy'],
    ];
    const helps = await Promise.all(commands.map((command) => baleen(...command, '--help')));
    for (const [index, command] of commands.entries()) {
      const usage = `Usage: baleen${['', ...command].join(' ')}`;
      expect(helps[index]).toMatchObject({ code: 0, stdout: expect.stringContaining(usage), stderr: '' });
    }
    // What only groups commands says which they are.
    expect(await Promise.all([baleen(), baleen('policy')])).toEqual([helps[0], helps.at(-1)]);
  });

  it.concurrent.each([
    [['manage'], 'discovery required to manage a cluster'],
    [['manage', '--frobnicate', '127.0.0.1:1'], "unknown option '--frobnicate'"],
    [['manage', '--strategy', 'best', '127.0.0.1:1'], 'strategy not supported: best'],
    [['manage', '--filter', 'colour', '127.0.0.1:1'], 'filter not supported: colour'],
    [['manage', '--heartbeat', '10ms', '127.0.0.1:1'], '--heartbeat should be at least one second'],
    [['manage', '--cluster-opt', 'swarm.overcommit=-2', '127.0.0.1:1'], 'swarm.overcommit should be larger than -1'],
    [['manage', '--tlsverify', '127.0.0.1:1'], '--tlscert and --tlskey must be provided'],
    [['manage', '-H', 'tcp://0.0.0.0:0', '127.0.0.1:1'], 'or say --insecure-no-auth'],
    [['manage', '--admin', ':0', '127.0.0.1:1'], ':0 can be reached from other machines'],
    [['manage', '-H', 'fd://', '127.0.0.1:1'], 'start it from a systemd unit with a .socket beside it'],
    [['gateway', '-H', 'tcp://0.0.0.0:0'], 'Demand client certificates with --tlsverify'],
    [
      ['gateway', '--tls', '--tlscert', '/nowhere/c', '--tlskey', '/nowhere/k'],
      "Couldn't load X509 key pair (/nowhere/c, /nowhere/k)",
    ],
    [['certs', '--client', '../eve'], '--client takes letters, digits'],
    [['manage', '127.0.0.1:1', '127.0.0.1:2'], 'join node addresses with commas'],
    [['manage', '--discovery-opt', 'kv.path=x', '127.0.0.1:1'], 'discovery option "kv.path" is not known to nodes://'],
    [['list'], 'discovery required to list a cluster'],
    [['list', '--timeout', '0s', '127.0.0.1:1'], '--timeout should be a positive number'],
    [['list', 'foo'], 'address foo: missing port in address'],
    [['join', '127.0.0.1:1'], 'missing mandatory --advertise flag'],
    [['join', '--advertise', 'x:0', 'etcd://127.0.0.1'], '--advertise should be of the form ip:port or hostname:port'],
    [['join', '--advertise', 'x:1', 'file:///x'], 'not implemented in this discovery service'],
    [['create', 'x'], 'the `create` command takes no arguments'],
    [['create'], 'name it with --admin'],
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['explain', '--dry-run', '--frobnicate', 'busybox'], 'unknown docker run flag: --frobnicate'],
    [['explain', 'web', '--help'], 'one container or operation at a time, and flags before it: not --help'],
  ])('%j ends with status 1 and the reason on stderr', async (args, reason) => {
    expect(await baleen(...args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
  });

  it.concurrent.each([
    ['10.0.0.1', 'missing port in address'],
    ['ftp://10.0.0.1:2375', 'discovery service not supported'],
  ])('manage %s ends with status 1 and the reason', async (discovery, reason) => {
    const outcome = await baleen('manage', '-H', `tcp://127.0.0.1:${await freePort()}`, discovery);
    expect(outcome).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
  });

  it.concurrent.each([
    ['an address that is none', ['--nats', 'http://10.0.0.1'], {}, 78, 'invalid NATS address "http://10.0.0.1"'],
    ['credentials that are not there', [], { BALEEN_NATS_CREDS_FILE: '/nowhere/x' }, 78, 'NATS credentials cannot be read: '],
    [
      'a NATS that does not answer',
      ['--nats', '127.0.0.1:1'],
      {},
      1,
      'no nats-server answers at 127.0.0.1:1: connection refused. Start',
    ],
  ])('a service started alone with %s says so in one line and ends', async (_, args, env, code, reason) => {
    const outcome = await run(program, ['scheduler', ...args], { cwd: '/', env: { ...process.env, ...env } });
    const line = expect.stringMatching(new RegExp(`^baleen scheduler: ${reason}.*\\n$`));
    expect(outcome).toMatchObject({ code, stderr: line, stdout: expect.not.stringContaining('"stack"') });
  });

  it.concurrent('manage of a fleet of agents alone says how the first one joins, and with --log-format json is ready in one line of it', async ({
    onTestFinished,
  }) => {
    const admin = `127.0.0.1:${await freePort()}`;
    const natsDir = await mkdtemp(join(tmpdir(), 'baleen-start-'));
    onTestFinished(() => rm(natsDir, { recursive: true, force: true }));
    const flags = ['--log-format', 'json', '--admin', `tcp://${admin}`, '--nats-listen', `127.0.0.1:${await freePort()}`];
    const stack = await Stack.start({ discovery: 'nats://', flags: [...flags, '--nats-dir', natsDir] });
    onTestFinished(async () => void (await stack.stop()));
    const line = await eventually('it is ready', saidMaxMs, () => /^\{.*"msg":"ready"\}$/m.exec(stack.stderr)?.[0]);
    const adding = `baleen join-token --nats-dir ${natsDir} > engine.token; on its machine: baleen join --token engine.token`;
    expect(JSON.parse(line)).toMatchObject({ dockerHosts: [stack.host()], dashboards: [`http://${admin}/`], adding: [adding] });
    const said = stack.stderr.trim().split('\n');
    // Every line is one of the log.
    const words = said.map((text) => (JSON.parse(text) as { msg: string }).msg);
    expect(words).toEqual(expect.arrayContaining(['no engine yet', `  to add one: ${adding}`]));
    expect(stack.stderr).not.toMatch(/Start these daemons/);
    expect(stack.stdout).toBe(`export DOCKER_HOST=${stack.host()}\n`);
  });

  it.concurrent.each([
    [['scheduler'], '"level":"warn"'],
    [['scheduler', '--log-format', 'pretty'], '] WARN: waiting for NATS'],
    [['monitor', '--log-format', 'json'], '"level":"warn"'],
    [['--log-format', 'pretty', 'discovery', '127.0.0.1:1'], '] WARN: waiting for NATS'],
  ])('%j writes its log so, though NATS does not answer', async (args, form) => {
    expect(await firstLine(...args, '--nats', '127.0.0.1:1')).toContain(form);
  });

  it.concurrent('an agent that finds neither its daemon nor its fleet says so in a line each, without a stack', async ({
    onTestFinished,
  }) => {
    const state = await mkdtemp(join(tmpdir(), 'baleen-start-'));
    onTestFinished(() => rm(state, { recursive: true, force: true }));
    const socket = join(state, 'docker.sock');
    const agent = new Joining('--nats', '127.0.0.1:1', '--engine', `unix://${socket}`, '--state-dir', state);
    onTestFinished(async () => void (await agent.stop()));
    await eventually('it has said both', saidMaxMs, () =>
      /waiting for the fleet/.test(agent.log) && /daemon does not answer/.test(agent.log) ? true : undefined,
    );
    expect(agent.log).toMatch(/WARN: waiting for the fleet: no nats-server answers at 127\.0\.0\.1:1: .*\n/);
    expect(agent.log).toMatch(
      new RegExp(`WARN: the Docker daemon does not answer yet: .*${socket}.*Start it, or name another with --engine`),
    );
    expect(agent.log).not.toMatch(/^ {4,}at |"stack"|Error:/m);
  });

  it('manage on a port in use says so and ends with status 1', async () => {
    const other = await OddEngine.open('hangs up at once');
    undo.push(() => other.close());
    const outcome = await baleen('manage', '-H', `tcp://${other.address}`, '127.0.0.1:1');
    const reason = `cannot listen on tcp://${other.address}: the address is in use by `;
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining(reason) });
    expect(outcome.stderr).toMatch(new RegExp(`\\(process ${process.pid}\\): stop it, or use another port, as in -H`));

    // Before a demo's engines are booted, too.
    const demo = await run('node', [start, '--demo', '1', '-H', `tcp://${other.address}`]);
    expect(demo).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
    expect(demo.stderr).not.toContain('booting');
  });

  it('manage --check starts nothing, and says whether it could', async () => {
    expect(await baleen('manage', '--check', '-H', 'tcp://127.0.0.1:0', '127.0.0.1:1')).toEqual({
      code: 0,
      signal: null,
      stdout: 'the settings are right and the addresses free\n',
      stderr: '',
    });
  });

  it('manage whose readers are gone leaves no process behind', async () => {
    const stack = await Stack.start({ discovery: 'tcp://127.0.0.1:1' });
    undo.push(() => stack.stop());
    const pids = ['discovery', 'engine-monitor', 'scheduler', 'api-gateway', 'nats-server'].flatMap((kind) => stack.pids(kind));
    expect(pids).toHaveLength(5);
    stack.hangUp();
    await stack.stop();
    await eventually('all of its processes are gone', goneMaxMs, () => (pids.some(isRunning) ? undefined : true));
  });
});

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}
