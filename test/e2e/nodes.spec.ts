import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestEngine } from '#testing';
import { createdId, type DockerApi, messageOf } from './clients/docker-api.ts';
import type { DockerCli } from './clients/docker-cli.ts';
import { run } from './clients/run.ts';
import { eventually } from './eventually.ts';
import { ManagedFleet } from './product/managed-fleet.ts';
import type { Stack } from './product/stack.ts';

const movedMaxMs = 60_000;

/** Engines under `docker node`, with the unmodified CLI (issue 3, item 9). */
describe('docker node over two engines', () => {
  let fleet: ManagedFleet;
  let engines: readonly TestEngine[];
  let stack: Stack;
  let api: DockerApi;
  let docker: DockerCli;

  beforeAll(async () => {
    fleet = await ManagedFleet.open('nodes', ['old', 'new']);
    ({ engines, stack, api, docker } = fleet);
  });

  afterEach(async () => {
    await prints(['node', 'update', '--availability', 'active', 'node-1']);
    await fleet.removeContainers();
  });

  afterAll(() => fleet?.close());

  it('ls and inspect show every engine', async () => {
    expect(await prints(['node', 'ls', '--format', '{{.Hostname}} {{.Status}} {{.Availability}}'])).toBe(
      'node-1 Ready Active\nnode-2 Ready Active',
    );
    const format = '{{.Description.Hostname}} {{.Spec.Role}} {{.Status.Addr}} {{index .Description.Engine.Labels "generation"}}';
    expect(await prints(['node', 'inspect', '--format', format, 'node-1', 'node-2'])).toBe(
      engines.map((engine) => `${engine.name} worker ${engine.ip} ${engine.generation}`).join('\n'),
    );
    expect(await docker('node', 'inspect', 'nobody')).toMatchObject({ code: 1, stderr: expect.stringContaining('nobody') });
  });

  it('baleen nodes tells state, since and drain of every engine; node rm names what is to be done instead', async () => {
    await prints(['node', 'update', '--availability', 'drain', 'node-1']);
    const env = { ...process.env, DOCKER_HOST: stack.host() };
    const table = (await run('bin/baleen', ['nodes'], { env })).stdout.split('\n');
    expect(table[0]).toMatch(/^NODE +ADDRESS +STATE +SINCE +NEXT RETRY +CONTAINERS +VERSION +REASON$/);
    expect(table.slice(1, 3)).toEqual([
      expect.stringMatching(new RegExp(`^node-1 +${engines[0]?.address} +drained +\\d+[smh] ago +0/0 +20\\.10`)),
      expect.stringMatching(new RegExp(`^node-2 +${engines[1]?.address} +healthy +\\d+[smh] ago +0/0 +28\\.`)),
    ]);
    const [first] = JSON.parse((await run('bin/baleen', ['nodes', '--json'], { env })).stdout) as { state: string }[];
    expect(first).toMatchObject({ name: 'node-1', state: 'drained', failures: 0, flapsAtMs: [] });
    expect(await docker('node', 'rm', 'node-1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is listed by discovery (nodes): remove'),
    });
  });

  it('ps lists the containers of a node', async () => {
    for (const node of ['node-1', 'node-2']) await created(`on-${node}`, [`constraint:node==${node}`]);
    expect(await prints(['node', 'ps', '--no-trunc', '--format', '{{.Name}}', 'node-2'])).toContain('on-node-2');
    expect(await prints(['node', 'ps', '--no-trunc', '--format', '{{.Name}}', 'node-2'])).not.toContain('on-node-1');
  });

  it.each(['drain', 'pause'])(
    'update --availability %s keeps new containers away until it is active again',
    async (availability) => {
      await prints(['node', 'update', '--availability', availability, 'node-1']);
      expect(await prints(['node', 'inspect', '--format', '{{.Spec.Availability}}', 'node-1'])).toBe(availability);
      for (let turn = 0; turn < 4; turn++) await created(`${availability}-${turn}`, []);
      expect(await homes()).toEqual(['node-2', 'node-2', 'node-2', 'node-2']);
      const refused = await api.create('refused', { Env: ['constraint:node==node-1'] });
      expect([refused.status, messageOf(refused)]).toEqual([500, expect.stringMatching(/drain|pause/)]);
      await prints(['node', 'update', '--availability', 'active', 'node-1']);
      await created('allowed', ['constraint:node==node-1']);
    },
  );

  it('update --label-add makes a label that constraints see, also after the scheduler and every monitor died', async () => {
    await prints(['node', 'update', '--label-add', 'zone=green', 'node-2']);
    await created('before', ['constraint:zone==green']);
    for (const service of ['scheduler', 'engine-monitor']) {
      for (const pid of stack.pids(service)) process.kill(pid, 'SIGKILL');
    }
    await created('after', ['constraint:zone==green']);
    expect(await homes()).toEqual(['node-2', 'node-2']);
    await prints(['node', 'update', '--label-rm', 'zone', 'node-2']);
    const refused = await api.create('refused', { Env: ['constraint:zone==green'] });
    expect([refused.status, messageOf(refused)]).toEqual([500, expect.stringContaining('zone==green')]);
  });

  it('drain moves what may move and leaves the rest running', async () => {
    const Cmd = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait; done'];
    await prints(['node', 'update', '--availability', 'pause', 'node-2']);
    const movable = createdId(await api.create('movable', { Cmd, Env: ['reschedule:on-node-failure'] }));
    const fixed = createdId(await api.create('fixed', { Cmd }));
    for (const id of [movable, fixed]) await api.wanted('POST', `/containers/${id}/start`);
    await prints(['node', 'update', '--availability', 'active', 'node-2']);
    expect(await homes()).toEqual(['node-1', 'node-1']);

    await prints(['node', 'update', '--availability', 'drain', 'node-1']);
    const moved = await eventually('movable runs on node-2', movedMaxMs, async () => {
      const containers = await api.containers();
      return containers.find((container) => container.Names.includes('/node-2/movable') && container.State === 'running');
    });
    expect(moved.Id).not.toBe(movable);
    expect((await api.containers()).find((container) => container.Id === fixed)).toMatchObject({
      Names: ['/node-1/fixed'],
      State: 'running',
    });
    const old = await eventually('the old copy is put aside', movedMaxMs, async () => {
      const left = (await api.containers()).find((container) => container.Id === movable);
      return left?.State === 'exited' ? left : undefined;
    });
    expect(old.Names).toEqual(['/node-1/movable-replaced-1']);
  });

  it('refuses an update that is based on an old version', async () => {
    const [node] = (await api.wanted('GET', '/nodes')) as { ID: string; Version: { Index: number }; Spec: object }[];
    const path = (version: number) => `/nodes/${node?.ID}/update?version=${version}`;
    const next = node?.Version.Index ?? 0;
    expect((await api.ask('POST', path(next), node?.Spec)).status).toBe(200);
    const answer = await api.ask('POST', path(next), node?.Spec);
    expect([answer.status, messageOf(answer)]).toEqual([400, expect.stringContaining('update out of sequence')]);
  });

  async function prints(args: readonly string[]): Promise<string> {
    const outcome = await docker(...args);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    return outcome.stdout.trim();
  }

  async function created(name: string, Env: readonly string[]): Promise<string> {
    return createdId(await api.create(name, { Env }));
  }

  /** Nodes of all containers. */
  async function homes(): Promise<string[]> {
    const containers = await api.containers();
    return containers.map((container) => container.Names[0]?.split('/')[1] ?? '').toSorted();
  }
});
