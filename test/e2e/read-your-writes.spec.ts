import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createdId, DockerApi } from './clients/docker-api.ts';
import { EventStream } from './clients/event-stream.ts';
import { eventually } from './eventually.ts';
import { ManagedFleet } from './product/managed-fleet.ts';

/** What a client was told at one gateway every gateway knows: at once, always (docs/architecture.md, read barrier). */
describe('with two gateways', () => {
  let fleet: ManagedFleet;
  let here: DockerApi;
  let there: DockerApi;

  beforeAll(async () => {
    fleet = await ManagedFleet.open('ryw', ['old', 'new'], { gateways: 2 });
    here = fleet.api;
    there = new DockerApi(fleet.stack.url(1));
  });

  afterAll(() => fleet?.close());

  it('a container created at one is in the list of the other, 100 times of 100, and gone from it once removed', async () => {
    const missed: string[] = [];
    const left: string[] = [];
    for (let turn = 0; turn < 100; turn++) {
      const name = `ryw-${turn}`;
      const id = createdId(await here.create(name));
      const listed = (await there.containers()).find((container) => container.Id === id);
      if (!listed?.Names.some((full) => full.endsWith(`/${name}`))) missed.push(name);
      expect((await there.ask('DELETE', `/containers/${name}`)).status).toBe(204);
      if ((await here.containers()).some((container) => container.Id === id)) left.push(name);
    }
    expect({ missed, left }).toEqual({ missed: [], left: [] });
  });

  it('a new name and a new state are seen at the other', async () => {
    for (let turn = 0; turn < 20; turn++) {
      const id = createdId(await here.create(`before-${turn}`));
      await here.wanted('POST', `/containers/${id}/rename?name=after-${turn}`);
      const renamed = (await there.containers()).find((container) => container.Id === id);
      expect(renamed?.Names[0]).toMatch(new RegExp(`/after-${turn}$`));
      expect((await there.ask('GET', `/containers/before-${turn}/json`)).status).toBe(404);
      await there.wanted('DELETE', `/containers/after-${turn}`);
    }
    const id = createdId(await here.create('running'));
    await here.wanted('POST', `/containers/${id}/start`);
    expect((await there.containers()).find((container) => container.Id === id)?.State).toBe('running');
    await there.wanted('DELETE', `/containers/${id}?force=1`);
    expect(await here.containers()).toEqual([]);
  });

  it('volumes and networks are seen at the other as soon as they are made, and not any more once removed', async () => {
    const volumes = async () => ((await there.wanted('GET', '/volumes')) as { Volumes: { Name: string }[] }).Volumes;
    const networks = async () => (await there.wanted('GET', '/networks')) as { Name: string; Id: string }[];
    for (let turn = 0; turn < 10; turn++) {
      await here.wanted('POST', '/volumes/create', { Name: `data-${turn}` });
      expect((await volumes()).filter((volume) => volume.Name.endsWith(`data-${turn}`))).toHaveLength(1);
      await here.wanted('DELETE', `/volumes/data-${turn}`);
      expect((await volumes()).filter((volume) => volume.Name.endsWith(`data-${turn}`))).toEqual([]);

      const { Id } = (await here.wanted('POST', '/networks/create', { Name: `net-${turn}` })) as { Id: string };
      expect((await networks()).filter((network) => network.Id === Id)).toHaveLength(1);
      await here.wanted('DELETE', `/networks/${Id}`);
      expect((await networks()).filter((network) => network.Id === Id)).toEqual([]);
    }
  });

  it('what a gateway does that has just started is seen at the other at once', async () => {
    const missed: string[] = [];
    const removed: string[] = [];
    // One that says goodbye, and one that leaves its lease behind.
    for (const [round, signal] of (['SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const).entries()) {
      const before = await eventually('it runs', 10_000, () => fleet.stack.gatewayPid(1));
      process.kill(before, signal);
      await eventually('it is gone', 10_000, () => (fleet.stack.gatewayPid(1) === before ? undefined : true));
      for (let turn = 0; turn < 5; turn++) {
        const name = `fresh-${round}-${turn}`;
        const id = createdId(await eventually('it serves again', 20_000, () => there.create(name).catch(() => undefined)));
        if (!(await here.containers()).some((container) => container.Id === id)) missed.push(name);
        expect((await here.ask('GET', `/containers/${name}/json`)).status).toBe(200);
        await here.wanted('DELETE', `/containers/${id}`);
        if ((await there.containers()).some((container) => container.Id === id)) removed.push(name);
      }
    }
    expect({ missed, removed }).toEqual({ missed: [], removed: [] });
  });

  it('what an event tells of an engine is in the lists of both, whoever changed it', async () => {
    const events = await EventStream.open(fleet.stack.url());
    const wrong: string[] = [];
    const look = async (wanted: string, action: string, id: string) => {
      for (const api of [here, there]) {
        const state = (await api.containers()).find((container) => container.Id === id)?.State ?? 'none';
        if (state !== wanted) wrong.push(`${wanted} after ${action}, listed as ${state}`);
      }
    };
    for (let turn = 0; turn < 5; turn++) {
      for (const engine of fleet.engines) {
        const heard = async (action: string, ...command: string[]) => {
          const [event] = await Promise.all([events.next('container', action), engine.docker(...command)]);
          return event.Actor.ID;
        };
        const id = await heard('create', 'create', 'busybox', 'sleep', '600');
        await look('created', 'create', id);
        await heard('start', 'start', id);
        await look('running', 'start', id);
        await heard('die', 'kill', id);
        await look('exited', 'die', id);
        await heard('destroy', 'rm', id);
        await look('none', 'destroy', id);
      }
    }
    events.close();
    expect(wrong).toEqual([]);
  });

  it('a network made at one can be inspected, joined and left at the other at once', async () => {
    const member = createdId(await here.create('member', { Env: ['constraint:node==node-1'] }));
    await here.wanted('POST', `/containers/${member}/start`);
    const members = async (api: DockerApi, network: string) =>
      Object.keys(((await api.wanted('GET', `/networks/${network}`)) as { Containers: Record<string, unknown> }).Containers);
    for (let turn = 0; turn < 5; turn++) {
      const name = `joined-${turn}`;
      const { Id } = (await here.wanted('POST', '/networks/create', { Name: `node-1/${name}` })) as { Id: string };
      expect(await there.wanted('GET', `/networks/${name}`)).toMatchObject({ Id, Name: name, Driver: 'bridge' });
      await there.wanted('POST', `/networks/${name}/connect`, { Container: 'member' });
      expect(await members(here, Id)).toEqual([member]);
      await here.wanted('POST', `/networks/${Id}/disconnect`, { Container: 'member' });
      expect(await members(there, name)).toEqual([]);
      await there.wanted('DELETE', `/networks/${name}`);
      expect((await here.ask('GET', `/networks/${Id}`)).status).toBe(404);
    }
    await there.wanted('DELETE', `/containers/${member}?force=1`);
  });
});
