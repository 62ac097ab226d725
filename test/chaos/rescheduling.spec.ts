import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestEngine } from '#testing';
import { type ApiContainer, createdId, type DockerApi } from '../e2e/clients/docker-api.ts';
import { eventually } from '../e2e/eventually.ts';
import { ManagedFleet } from '../e2e/product/managed-fleet.ts';
import type { Stack } from '../e2e/product/stack.ts';

/** Flagging a silent engine takes up to 8 s, the move a few more. */
const movedMaxMs = 60_000;
/** Ends at once on SIGTERM. */
const Cmd = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait; done'];
const Env = ['reschedule:on-node-failure'];

type Listed = ApiContainer & { readonly Labels: Readonly<Record<string, string>> };

/** Containers of a lost engine appear on another one, once, and nothing is ever deleted (issue 3, item 8). */
describe('rescheduling over three engines', () => {
  let fleet: ManagedFleet;
  let engines: readonly TestEngine[];
  let stack: Stack;
  let api: DockerApi;

  beforeAll(async () => {
    fleet = await ManagedFleet.open('resched', ['old', 'new', 'new']);
    ({ engines, stack, api } = fleet);
  });

  afterAll(() => fleet?.close());

  it.each([
    ['killed', 'SIGKILL', (engine: TestEngine) => engine.kill(), (engine: TestEngine) => engine.restart()],
    ['cut', 'cut off while its containers run on', (engine: TestEngine) => engine.cut(), (engine: TestEngine) => engine.heal()],
  ])(
    'after an engine was %s (%s) its containers with a policy run elsewhere, and the old copies are put aside when it returns',
    async (way, _, lose, giveBack) => {
      const name = `web-${way}`;
      const id = await running(name, Env);
      const before = await listed(id);
      const home = engines.find((engine) => before?.Names.includes(`/${engine.name}/${name}`));
      if (home === undefined) throw new Error(`${name} is nowhere: ${before?.Names.join()}`);
      const plain = await running(`plain-${way}`, [`constraint:node==${home.name}`]);

      await lose(home);
      const successor = await eventually(`${name} runs elsewhere`, movedMaxMs, async () => {
        const all = await containers();
        return all.find(
          (container) => container.Id !== id && container.State === 'running' && container.Names[0]?.endsWith(`/${name}`),
        );
      });
      expect(successor.Names).not.toContain(`/${home.name}/${name}`);
      expect(successor.Labels['com.docker.swarm.id']).toBe(before?.Labels['com.docker.swarm.id']);
      expect(await nodesWith(`plain-${way}`)).toEqual([home.name]);

      await giveBack(home);
      await eventually('the old copy is stopped and renamed', movedMaxMs, async () => {
        const old = await listed(id);
        return old?.State === 'exited' && old.Names.includes(`/${home.name}/${name}-replaced-1`) ? old : undefined;
      });
      await stack.healthyEngines(3);
      const onEngines = await Promise.all(
        engines.map((engine) => engine.docker('ps', '-a', '--no-trunc', '--format', '{{.ID}}')),
      );
      const held = onEngines.flatMap((ids) => ids.split('\n'));
      expect(held).toEqual(expect.arrayContaining([id, successor.Id, plain]));
      expect(await nodesWith(name)).toHaveLength(1);
      expect((await listed(successor.Id))?.State).toBe('running');
      expect(await nodesWith(`plain-${way}`)).toEqual([home.name]);
    },
  );

  async function running(name: string, env: readonly string[]): Promise<string> {
    const id = createdId(await api.create(name, { Cmd, Env: env }));
    await api.wanted('POST', `/containers/${id}/start`);
    return id;
  }

  async function containers(): Promise<Listed[]> {
    return (await api.containers()) as Listed[];
  }

  async function listed(id: string): Promise<Listed | undefined> {
    return (await containers()).find((container) => container.Id === id);
  }

  /** Nodes on which a container has exactly this name. */
  async function nodesWith(name: string): Promise<string[]> {
    const names = (await containers()).flatMap((container) => container.Names);
    return names.filter((full) => full.endsWith(`/${name}`)).map((full) => full.split('/')[1] ?? '');
  }
});
