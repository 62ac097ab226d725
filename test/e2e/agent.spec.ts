import { createHash } from 'node:crypto';
import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Generation, Testbed, type TestEngine } from '#testing';
import { fill, hashOf, print, reportBulk, timed } from './clients/bulk-transfer.ts';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { exchangeDatagram, lines, roundTripMs } from './clients/port-clients.ts';
import { openTcpPorts } from './clients/port-scan.ts';
import { run } from './clients/run.ts';
import { Scribe } from './clients/transcript.ts';
import { eventually } from './eventually.ts';
import { AgentProcess } from './product/agent-process.ts';
import { freePort } from './product/free-port.ts';
import { joinTokenOf } from './product/join-token.ts';
import { costOf } from './product/process-cost.ts';
import { Stack } from './product/stack.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { isLong, session, sessionSample } from './scenarios/session.ts';

const baleen = fileURLToPath(new URL('../../bin/baleen', import.meta.url));
const generations: readonly Generation[] = ['old', 'new'];
/** A gigabyte and a minute are what is promised; every run of the tests does with less. */
const bulkMb = isLong ? 1_024 : 64;
/** Each scenario with the daemons it meets through the tunnel: both where time does not matter, else the one and the other in turn. */
const sessions = (isLong ? session : sessionSample).map(([name, scenario], index): [string, readonly Generation[], Scenario] => [
  name,
  isLong ? generations : generations.filter((_, at) => at === index % generations.length),
  scenario,
]);
/** Longer than the engine's lease of 5 s. */
const cutMs = isLong ? 60_000 : 10_000;
const backMaxMs = 5_000;
const upMaxMs = 30_000;

/** Engines that listen on their unix socket alone, each with an agent on its own network that dials out to the fleet's NATS. */
describe('engines without an open port', () => {
  let bed: Testbed;
  let folder: string;
  let stack: Stack;
  let docker: DockerCli;
  const engines = new Map<Generation, TestEngine>();
  const agents = new Map<Generation, AgentProcess>();

  const engineOf = (generation: Generation) => engines.get(generation)!;
  const on = (generation: Generation) => ['-e', `constraint:generation==${generation}`];
  const natsDir = () => join(folder, 'nats');
  const tokenFile = (name: string) => join(folder, `${name}.token`);
  const joinToken = (...args: readonly string[]) => joinTokenOf(natsDir(), ...args);
  /** Waits until this container's engine answers for it. */
  const served = (what: string, container: string) =>
    eventually(what, upMaxMs, async () => ((await docker('exec', container, 'true')).code === 0 ? true : undefined));

  function startAgent(generation: Generation): AgentProcess {
    const agent = new AgentProcess({ engine: engineOf(generation), tokenFile: tokenFile(generation) });
    agents.set(generation, agent);
    return agent;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baleen-agents-'));
    bed = await Testbed.open('agents');
    const boot = async (generation: Generation) => {
      const engine = await bed.engine({ generation, labels: { generation }, socketOnly: true });
      await engine.image();
      engines.set(generation, engine);
    };
    await Promise.all(generations.map(boot));
    stack = await Stack.start({
      discovery: 'nats://',
      flags: ['--nats-listen', `${bed.gateway}:${await freePort()}`, '--nats-dir', natsDir(), '--container-names', 'plain'],
    });
    docker = dockerCli(stack.host(), bed.dockerConfig);
    for (const generation of generations) {
      await writeFile(tokenFile(generation), await joinToken(), { mode: 0o600 });
      startAgent(generation);
    }
    await stack.healthyEngines(2);
  });

  afterAll(async () => {
    await Promise.all([...agents.values()].map((agent) => agent.stop()));
    await stack?.stop();
    await bed?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('have none, seen from inside and knocked at from outside', async () => {
    const found = [...engines.values()].map((engine) => Promise.all([engine.openPorts(), openTcpPorts(engine.ip)]));
    expect(await Promise.all(found)).toEqual(generations.map(() => [[], []]));
  });

  it.each(sessions)('%s (%s): as at the daemons themselves', async (_, met, scenario) => {
    const direct = met.map((generation) => transcriptOf(scenario, `unix://${engineOf(generation).socketPath}`, []));
    const expected = await Promise.all(direct);
    // One after the other: in the fleet a scenario's names are there once.
    for (const [index, generation] of met.entries())
      expect(await transcriptOf(scenario, stack.host(), on(generation)), generation).toEqual(expected[index]);
  });

  describe.each(generations)('with an %s daemon', (generation) => {
    it('export, save and a long standard input pass byte by byte', async () => {
      const direct = engineOf(generation);
      const file = (name: string) => join(folder, `${name}-${generation}`);
      await docker('run', '-d', '--name', 'plain', ...on(generation), 'busybox', 'sleep', '600');
      expect((await docker('export', '-o', file('through'), 'plain')).code).toBe(0);
      await direct.docker('export', '-o', file('direct'), 'plain');
      expect(await hashOf(file('through'))).toBe(await hashOf(file('direct')));
      expect((await docker('save', '-o', file('saved'), 'busybox')).code).toBe(0);
      expect(await direct.docker('load', '-i', file('saved'))).toContain('busybox:latest');
      const input = Buffer.alloc(32 * 1_024 * 1_024, 'a line of a long input\n');
      const summed = await docker.with({ input }, 'exec', '-i', 'plain', 'sha256sum');
      expect(summed.stdout.split(' ')[0]).toBe(createHash('sha256').update(input).digest('hex'));
      await docker('rm', '-f', 'plain');
    });

    it(`cp of ${bulkMb} MB goes in and out whole, with little memory, and small requests pass beside it`, async () => {
      await docker('run', '-d', '--name', 'box', ...on(generation), 'busybox', 'sleep', '600');
      await docker('run', '--name', 'side', ...on(generation), 'busybox', 'echo', 'short');
      const source = join(folder, 'bulk');
      await fill(source, bulkMb);
      const before = usage(generation);
      const into = await timed(docker.with({ timeoutMs: 170_000 }, 'cp', source, 'box:/bulk'));
      const answered: number[] = [];
      const outOf = timed(docker.with({ timeoutMs: 170_000 }, 'cp', 'box:/bulk', `${source}-back`));
      const isOver = outOf.then(() => true);
      do answered.push((await timed(smallRequest())).tookMs);
      while (!(await Promise.race([isOver, sleep(1, false)])));
      const { tookMs: outMs, outcome } = await outOf;
      expect([into.outcome.code, outcome.code], outcome.stderr).toEqual([0, 0]);
      expect(await hashOf(`${source}-back`)).toBe(await hashOf(source));
      const idle: number[] = [];
      for (let index = 0; index < 50; index += 1) idle.push((await timed(smallRequest())).tookMs);
      reportBulk(generation, before, usage(generation), { megabytes: bulkMb, inMs: into.tookMs, outMs, answered, idle });
      await docker('rm', '-f', 'box', 'side');
    });
  });

  it(`a link cut for ${cutMs / 1_000} s ends streams with an error, leaves containers running, and heals by itself`, async () => {
    const engine = engineOf('new');
    const script = 'while :; do echo tick >> /ticks; sleep 0.2; done';
    await docker('run', '-d', '--name', 'ticker', ...on('new'), 'busybox', 'sh', '-c', script);
    const endings = [docker('logs', '-f', 'ticker'), docker('exec', 'ticker', 'sleep', '300'), docker('attach', 'ticker')];
    await sleep(1_000);
    await engine.cut();
    const cutAtMs = performance.now();
    const ended = await Promise.all(endings.map((ending) => timed(ending)));
    print(`link cut: streams ended after ${ended.map(({ tookMs }) => Math.round(tookMs)).join(', ')} ms`);
    for (const { outcome } of ended) expect(outcome.code, outcome.stderr).not.toBe(0);
    const refused = await timed(docker('exec', 'ticker', 'true'));
    print(`while cut: ${refused.outcome.stderr.trim()} (${Math.round(refused.tookMs)} ms)`);
    expect(refused.outcome.stderr).toContain('its agent has not been connected since');
    expect((await docker('ps', '-a', '--format', '{{.Names}}')).stdout).toContain('ticker');
    // The length of the cut is the subject.
    await sleep(Math.max(0, cutMs - (performance.now() - cutAtMs)));
    await engine.heal();
    const healedAtMs = performance.now();
    await served('the engine is back', 'ticker');
    const backMs = performance.now() - healedAtMs;
    print(`healed: back after ${Math.round(backMs)} ms`);
    expect(backMs).toBeLessThan(backMaxMs);
    const ticks = (await docker('exec', 'ticker', 'wc', '-l', '/ticks')).stdout;
    expect(Number(ticks.trim().split(' ')[0])).toBeGreaterThan((cutMs / 1_000) * 3);
    await docker('rm', '-f', 'ticker');
  });

  it.each(generations)('published ports of an %s engine are at the gateway, tcp and udp, drawn and named', async (generation) => {
    const named = await freePort();
    const echo = 'nc -ll -p 80 -e cat & exec chroot /host perl -MIO::Socket::INET -e "$UDP"';
    const udp =
      'UDP=my $s = IO::Socket::INET->new(LocalPort => 53, Proto => "udp"); while ($s->recv(my $d, 65535)) { $s->send($d) }';
    const ports = ['-p', '80', '-p', `${named}:53/udp`, '-v', '/:/host', '-e', udp];
    await docker('run', '-d', '--name', 'published', ...ports, ...on(generation), 'busybox', 'sh', '-c', echo);
    const shown = (await docker('port', 'published')).stdout;
    const drawn = Number(/^80\/tcp -> 0\.0\.0\.0:(\d+)$/m.exec(shown)?.[1]);
    expect(drawn).toBeGreaterThanOrEqual(61_000);
    expect(shown).toContain(`53/udp -> 0.0.0.0:${named}\n`);
    expect(await lines('127.0.0.1', drawn, ['through the tunnel'])).toEqual(['through the tunnel']);
    expect(await exchangeDatagram('127.0.0.1', named, 'hello')).toBe('hello');
    const roundTrip = await roundTripMs('127.0.0.1', drawn);
    const direct = await roundTripMs(engineOf(generation).ip, drawn);
    print(`${generation}: round trip p50 ${roundTrip.toFixed(2)} ms through the tunnel, ${direct.toFixed(2)} ms direct`);
    await docker('rm', '-f', 'published');
  });

  it('an agent that is killed is back under the same identity when it is started again', async () => {
    await docker('run', '-d', '--name', 'kept', ...on('old'), 'busybox', 'sleep', '600');
    await agents.get('old')!.kill();
    const startedMs = performance.now();
    startAgent('old');
    await served('the engine is served again', 'kept');
    print(`agent killed and started: back after ${Math.round(performance.now() - startedMs)} ms`);
    expect((await docker('ps', '--format', '{{.Names}}')).stdout.trim()).toBe('kept');
    await docker('rm', '-f', 'kept');
  });

  it('a clone of an agent is told who holds its identity, and takes nothing over', async () => {
    await cp(tokenFile('old'), tokenFile('clone'));
    const clone = new AgentProcess({ engine: engineOf('new'), tokenFile: tokenFile('clone') });
    await eventually('the clone says so', upMaxMs, () =>
      /another agent \(engine-monitor-\w+, on host node-1\)/.test(clone.log) ? true : undefined,
    );
    expect(clone.log).toContain(`give it a join token of its own instead of ${tokenFile('clone')}`);
    expect(clone.isAlive).toBe(true);
    expect(await clone.stop()).toBe(0);
    await stack.healthyEngines(2);
  });

  it('a revoked token cuts its engine off at once and says so to the agent; a new one of the same identity brings it back', async () => {
    await docker('run', '-d', '--name', 'runs-on', ...on('new'), 'busybox', 'sleep', '600');
    const id = /^([0-9a-f]{16}) .*\n([0-9a-f]{16}) /.exec(await joinToken('--list'))?.slice(1) ?? [];
    const agent = agents.get('new')!;
    const own = id.find((each) => agent.log.includes(each)) ?? '';
    await joinToken('--revoke', own);
    const revokedAtMs = performance.now();
    await eventually('the engine is shown as cut off', upMaxMs, async () =>
      (await docker('exec', 'runs-on', 'true')).stderr.includes('its agent has not been connected since') ? true : undefined,
    );
    const cutOffMs = performance.now() - revokedAtMs;
    print(`token revoked: engine cut off after ${Math.round(cutOffMs)} ms`);
    expect(cutOffMs).toBeLessThan(10_000);
    await eventually('the agent says so', upMaxMs, () =>
      agent.log.includes(`the cluster refuses the join token of agent ${own}: it was revoked`) ? true : undefined,
    );
    const { code, stdout } = await run(baleen, ['doctor', '-H', stack.host(), '--nats-dir', natsDir()]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(
        `^PROBLEM (node-\\d) is disconnected: its agent on host \\1 does not answer .*token \\(${own}\\) was revoked at 2`,
        'm',
      ),
    );
    expect(stdout).toContain(`baleen join-token --nats-dir ${natsDir()} --id ${own} > FILE`);
    expect(stdout).not.toContain('start a monitor');
    const fresh = new AgentProcess({ engine: engineOf('new'), tokenFile: tokenFile('new') });
    expect(await fresh.ended).toBe(78);
    expect(fresh.log).toContain(`baleen engine-monitor: the cluster refuses the join token of agent ${own}: it was revoked`);
    expect(agent.log.match(/the cluster refuses/g)).toHaveLength(1);
    const since = agent.log.slice(agent.log.indexOf('the cluster refuses'));
    expect(since.match(/the connection to NATS broke/g)).toHaveLength(1);
    await writeFile(`${tokenFile('new')}.new`, await joinToken('--id', own), { mode: 0o600 });
    await rename(`${tokenFile('new')}.new`, tokenFile('new'));
    await served('the engine is back, without a restart of its agent', 'runs-on');
    await docker('rm', '-f', 'runs-on');
  });

  it('an agent that is stopped politely leaves the fleet, its containers untouched', async () => {
    await docker('run', '-d', '--name', 'stays', ...on('old'), 'busybox', 'sleep', '600');
    expect(await agents.get('old')!.stop()).toBe(0);
    await eventually('the engine has left', upMaxMs, async () =>
      (await docker('info', '--format', '{{.ServerVersion}}{{json .SystemStatus}}')).stdout.includes('node-1') ? undefined : true,
    );
    expect(await engineOf('old').docker('ps', '--format', '{{.Names}}')).toBe('stays');
    await engineOf('old').docker('rm', '-f', 'stays');
  });

  it('an agent with a token of its own takes the engine over from one that is gone', async () => {
    startAgent('old');
    await stack.healthyEngines(2);
    await docker('run', '-d', '--name', 'handed-on', ...on('old'), 'busybox', 'sleep', '600');
    await agents.get('old')!.kill();
    await writeFile(tokenFile('old'), await joinToken(), { mode: 0o600 });
    startAgent('old');
    await served('the engine is served by the other', 'handed-on');
    expect((await docker('ps', '--format', '{{.Names}}')).stdout.trim()).toBe('handed-on');
    await docker('rm', '-f', 'handed-on');
  });

  async function transcriptOf(scenario: Scenario, host: string, placement: readonly string[]) {
    const scribe = new Scribe(dockerCli(host, bed.dockerConfig), placement);
    await scenario(scribe);
    return scribe.transcript;
  }

  /** A short answer through a tunnel, of another container: the daemon locks the one that is copied. */
  async function smallRequest(): Promise<void> {
    await (await fetch(`${stack.url()}/containers/side/logs?stdout=1`)).arrayBuffer();
  }

  function usage(generation: Generation) {
    const [gateway = 0] = stack.pids('api-gateway');
    const [nats = 0] = stack.pids('nats-server');
    return { gateway: costOf(gateway), agent: agents.get(generation)!.cost, nats: costOf(nats) };
  }
});
