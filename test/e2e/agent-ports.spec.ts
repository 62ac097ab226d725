import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Testbed, type TestEngine } from '#testing';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { lines } from './clients/port-clients.ts';
import { eventually } from './eventually.ts';
import { AgentProcess } from './product/agent-process.ts';
import { joinTokenOf } from './product/join-token.ts';

const program = fileURLToPath(new URL('../../bin/baleen', import.meta.url));
const upMaxMs = 90_000;
const echo = ['busybox', 'sh', '-c', 'exec nc -ll -p 80 -e cat'];

/** One machine that has it all: a daemon, its agent, and the fleet's own processes, in one network namespace. Another one has an agent alone. */
describe('published ports of engines behind agents, one of them on the gateway’s own machine', () => {
  let folder: string;
  let bed: Testbed;
  let here: TestEngine;
  let there: TestEngine;
  let manage: ChildProcess;
  let docker: DockerCli;
  const agents: AgentProcess[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baleen-ports-'));
    const natsDir = join(folder, 'nats');
    bed = await Testbed.open('agent-ports');
    [here, there] = await Promise.all([
      bed.engine({ generation: 'new', socketOnly: true }),
      bed.engine({ generation: 'old', socketOnly: true }),
    ]);
    await Promise.all([here.image(), there.image()]);
    const listening = ['-H', `tcp://${here.ip}:2375`, '--insecure-no-auth', '--nats-listen', `${here.ip}:4222`];
    const args = [program, 'manage', ...listening, '--nats-dir', natsDir, '--container-names', 'plain', 'nats://'];
    const [command, ...rest] = here.onNetwork(args);
    manage = spawn('setpriv', ['--pdeathsig', 'TERM', command, ...rest], { cwd: '/', stdio: 'ignore' });
    docker = dockerCli(`tcp://${here.ip}:2375`, bed.dockerConfig);
    await eventually('the gateway answers', upMaxMs, async () => ((await docker('version')).code === 0 ? true : undefined));
    for (const engine of [here, there]) {
      const tokenFile = join(folder, `${engine.name}.token`);
      await writeFile(tokenFile, await joinTokenOf(natsDir), { mode: 0o600 });
      agents.push(new AgentProcess({ engine, tokenFile }));
    }
    await eventually('both engines are in', upMaxMs, async () =>
      (await docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}}')).stdout.match(/ Ready/g)?.length === 2
        ? true
        : undefined,
    );
  });

  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.stop()));
    if (manage?.exitCode === null) {
      const gone = once(manage, 'exit');
      manage.kill('SIGTERM');
      await gone;
    }
    await bed?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['the gateway’s machine', 8_080, () => here],
    ['another machine', 8_081, () => there],
  ])('a port of an engine on %s is shown, and somebody listens at it, also after a restart', async (_, port, engine) => {
    const name = `web-${port}`;
    const made = await docker(
      'run',
      '-d',
      '--name',
      name,
      '-p',
      `${port}:80`,
      '-e',
      `constraint:node==${engine().name}`,
      ...echo,
    );
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect((await docker('ps', '--format', '{{.Ports}}')).stdout).toContain(`:${port}->80/tcp`);
    expect(await lines(here.ip, port, ['hello'])).toEqual(['hello']);
    expect((await docker('restart', '-t', '0', name)).code).toBe(0);
    expect(await lines(here.ip, port, ['again'])).toEqual(['again']);
    await docker('rm', '-f', name);
  });
});
