import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Testbed, TestEngine } from '#testing';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { run } from './clients/run.ts';
import { ManagedFleet } from './product/managed-fleet.ts';
import type { Stack } from './product/stack.ts';

/** What a fleet adds to one engine, seen through the docker CLI. */
describe('the docker CLI on a fleet', () => {
  let fleet: ManagedFleet;
  let bed: Testbed;
  let engines: readonly TestEngine[];
  let stack: Stack;
  let docker: DockerCli;

  beforeAll(async () => {
    fleet = await ManagedFleet.open('fleet', ['old', 'new'], { gateways: 2 });
    ({ bed, engines, stack, docker } = fleet);
  });

  afterAll(() => fleet?.close());

  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .filter((line) => line !== '');

  it('shows node/name, spreads, and takes a container by any of its names', async () => {
    for (const name of ['s1', 's2', 's3', 's4'])
      expect((await docker('run', '-d', '--name', name, 'busybox', 'sleep', '300')).code).toBe(0);
    const names = lines((await docker('ps', '--format', '{{.Names}}')).stdout);
    expect(names.map((name) => name.split('/')[1]).sort()).toEqual(['s1', 's2', 's3', 's4']);
    expect(names.filter((name) => name.startsWith('node-1/'))).toHaveLength(2);
    const [shown = ''] = names;
    const { stdout: id } = await docker('inspect', shown, '--format', '{{.Id}}');
    for (const reference of [shown.split('/')[1] ?? '', id.trim(), id.slice(0, 12), id.slice(0, 6)]) {
      expect((await docker('inspect', reference, '--format', '{{.Id}}')).stdout).toBe(id);
    }
    expect((await docker('rm', '-f', 's1', 's2', 's3', 's4')).code).toBe(0);
  });

  it('shows the engines in docker info', async () => {
    const { stdout } = await docker('info');
    expect(stdout).toContain('Nodes: 2');
    for (const engine of engines) {
      expect(stdout).toContain(`${engine.name}: ${engine.address}`);
      expect(stdout).toContain(`generation=${engine.generation}`);
    }
    expect(stdout.match(/Status: Healthy/g)).toHaveLength(2);
  });

  it('tells the node in inspect and in events', async () => {
    const since = String(Math.floor(Date.now() / 1_000));
    await docker('run', '--name', 'told', '-e', 'constraint:node==node-2', 'busybox', 'true');
    const { stdout } = await docker('inspect', 'told', '--format', '{{.Node.Name}} {{.Node.Addr}} {{.Config.Env}}');
    expect(stdout.trim()).toMatch(new RegExp(`^node-2 ${engines[1]?.address} \\[(?!.*constraint)`));
    const until = String(Math.ceil(Date.now() / 1_000));
    const events = await docker(
      'events',
      '--since',
      since,
      '--until',
      until,
      '--filter',
      'container=told',
      '--format',
      '{{.Action}} {{index .Actor.Attributes "node.name"}}',
    );
    expect(lines(events.stdout)).toContain('start node-2');
    await docker('rm', 'told');
  });

  it('brings networks and volumes that were made apart and never used to their first container', async () => {
    const made = async (...args: string[]) => (await docker(...args)).stdout.trim();
    const [one, two] = engines;
    const first = (await one?.docker('network', 'create', 'apart'))?.trim() ?? '';
    await two?.docker('network', 'create', '--subnet', '172.30.0.0/16', 'later');
    await two?.docker('volume', 'create', 'apart', '--label', 'kept=yes');
    await one?.docker('volume', 'create', 'filled');
    const seen = async () => `${await made('network', 'ls', '-q', '--no-trunc')} ${await made('volume', 'ls', '-q')}`;
    await expect.poll(seen).toMatch(/apart[^]*filled/);
    await expect.poll(seen).toContain(first);
    const onNode1 = ['--name', 'apart', '--network', first, '-v', 'apart:/a', '-v', 'filled:/f', '-e', 'constraint:node==node-1'];
    const { code, stderr } = await docker('run', '-d', ...onNode1, 'busybox', 'sh', '-c', 'echo x > /f/x; sleep 300');
    expect([code, stderr]).toEqual([0, '']);
    expect((await docker('network', 'connect', '--ip', '172.30.0.9', 'later', 'apart')).stderr).toBe('');
    const address = '{{.Node.Name}} {{.NetworkSettings.Networks.later.IPAddress}}';
    expect(await made('inspect', 'apart', '--format', address)).toBe('node-1 172.30.0.9');
    expect(await made('volume', 'inspect', 'apart', '--format', '{{.Labels.kept}}')).toBe('yes');
    expect(lines(await made('network', 'ls', '--filter', 'name=apart', '-q'))).toHaveLength(1);
    expect((await docker('rm', '-f', 'apart')).code).toBe(0);
    const away = ['-v', 'filled:/f', '-e', 'constraint:node==node-2', 'busybox', 'true'];
    // Engines 20.10 tell of another making.
    await made('volume', 'create', 'filled');
    expect((await docker('run', '--rm', ...away)).stderr).toContain('volume filled lives on node-1');
    expect((await docker('run', '--rm', '--network', first, '-e', 'constraint:node==node-2', 'busybox', 'true')).stderr).toBe('');
    expect((await docker('network', 'rm', first, 'later')).code).toBe(0);
    expect((await docker('volume', 'rm', 'apart', 'filled')).code).toBe(0);
  });

  it('explains where a container went, and where one would go', async () => {
    await docker(
      'run',
      '-d',
      '--name',
      'placed',
      '-p',
      '18080:80',
      '-e',
      'constraint:generation==new',
      'busybox',
      'sleep',
      '300',
    );
    const env = { ...process.env, DOCKER_HOST: stack.host(1) };
    const why = await run('bin/baleen', ['explain', 'placed'], { env });
    expect(why.stdout).toContain('chosen: node-2');
    expect(why.stdout).toMatch(/node-1 +refused by constraint: /);
    const dryRun = await run(
      'bin/baleen',
      ['explain', '--dry-run', 'docker', 'run', '-p', '18080:80', '-e', 'constraint:generation==new', 'busybox'],
      { env },
    );
    expect(dryRun.stdout).toContain('port 18080 is already allocated');
    expect([why.code, dryRun.code]).toEqual([0, 1]);
    const refused = await docker('create', '-p', '18080:80', '-e', 'constraint:generation==new', 'busybox');
    expect(refused.stderr).toContain('Unable to find a node that satisfies the following conditions');
    expect(refused.stderr).toContain('port 18080 is already allocated (1 engine)');
    const nowhere = await docker('create', '--name', 'unplaced', '-e', 'constraint:generation==none', 'busybox');
    expect(nowhere.code).toBe(1);
    const whyNot = await run('bin/baleen', ['explain', 'unplaced'], { env });
    expect(whyNot.stdout, whyNot.stderr).toContain('nowhere: Unable to find a node');
    await docker('rm', '-f', 'placed');
  });

  it('pulls from a registry onto every engine, and onto the chosen one for a run', async () => {
    const [first] = engines;
    if (first === undefined) throw new Error('the bed is empty');
    const registry = await bed.registry();
    const pulled = await registry.push(first, 'busybox', 'team/pulled:1');
    const run1 = await registry.push(first, 'busybox', 'team/run:1');

    const pull = await docker('pull', pulled);
    expect(pull.code, pull.stderr).toBe(0);
    for (const engine of engines) expect(await engine.docker('images', '-q', pulled)).not.toBe('');

    const ran = await docker('run', '--rm', run1, 'echo', 'pulled and run');
    expect(ran.stdout, ran.stderr).toBe('pulled and run\n');
    const holders = await Promise.all(engines.map((engine) => engine.docker('images', '-q', run1)));
    expect(holders.filter((id) => id !== '')).toHaveLength(1);
    expect((await docker('rmi', pulled, run1)).code).toBe(0);
  });

  it('shows the same image once, and every gateway shows the same', async () => {
    const other = dockerCli(stack.host(1), bed.dockerConfig);
    expect(lines((await docker('images', '--format', '{{.Repository}}:{{.Tag}}')).stdout)).toEqual(['busybox:latest']);
    const { stdout: id } = await docker('create', '--name', 'both', 'busybox');
    expect((await other('ps', '-aq', '--no-trunc')).stdout).toBe(id);
    expect((await other('rm', 'both')).code).toBe(0);
    expect((await docker('ps', '-aq')).stdout).toBe('');
  });
});
