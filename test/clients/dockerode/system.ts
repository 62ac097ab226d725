import type { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { eventually } from '../../e2e/eventually.ts';
import { created, type DockerHost, refusalOf } from './host.ts';

const notAManager = { status: 503, message: expect.stringMatching(/^This node is not (a swarm manager|part of a swarm)/) };
const noPlugin = { status: 404, message: expect.stringContaining('not found') };

/** Methods that its types lack. */
const untyped = (object: object) => object as Untyped;
type Untyped = Record<'logs' | 'createPlugin' | 'listCheckpoint' | 'createCheckpoint' | 'deleteCheckpoint', Call>;
type Call = (options?: unknown) => Promise<unknown>;

/** The rest of Docker, and what neither a lone engine nor a fleet serves: Service, Task, Secret, Config, Plugin. */
export function systemTests(host: () => DockerHost): void {
  it('answers who it is', async () => {
    const { docker } = host();
    expect(String(await docker.ping())).toBe('OK');
    const { ApiVersion, Os } = await docker.version();
    expect([ApiVersion, Os]).toEqual([expect.stringMatching(/^1\.\d+$/), 'linux']);
    const info = (await docker.info()) as Record<string, unknown>;
    expect(info).toMatchObject({ OSType: 'linux', Swarm: { LocalNodeState: 'inactive' }, NCPU: expect.any(Number) });
    expect(await docker.df()).toMatchObject({ Images: expect.any(Array), Containers: expect.any(Array) });
  });

  it('tells events as they come, and those of a time', async () => {
    const { docker, name } = host();
    const filters = { type: ['container' as const], event: ['create', 'destroy'], label: [`purpose=${name}`] };
    const stream = (await docker.getEvents({ filters })) as unknown as Readable;
    const told: string[] = [];
    stream.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString('utf8').trim().split('\n')) told.push((JSON.parse(line) as { Action: string }).Action);
    });
    const since = Math.floor(Date.now() / 1_000) - 1;
    const container = await created(host(), 'events', 'true', { Labels: { purpose: name } });
    await container.remove();
    await eventually('both events arrive', 10_000, () => (told.length === 2 ? true : undefined));
    expect(told).toEqual(['create', 'destroy']);
    stream.destroy();
    const past = (await docker.getEvents({ since, until: Math.ceil(Date.now() / 1_000), filters })) as unknown as Readable;
    const lines = Buffer.concat(await past.toArray())
      .toString('utf8')
      .trim()
      .split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { Action: string }).Action)).toEqual(['create', 'destroy']);
  });

  it('prunes build caches', async () => {
    expect(await host().docker.pruneBuilder()).toMatchObject({ SpaceReclaimed: expect.any(Number) });
  });

  it('is no swarm manager', async () => {
    const { docker } = host();
    const [service, task] = [docker.getService('x'), docker.getTask('x')];
    const [secret, config] = [docker.getSecret('x'), docker.getConfig('x')];
    const calls: (() => Promise<unknown>)[] = [
      () => docker.swarmInspect(),
      () => docker.swarmLeave({ force: false }),
      () => docker.swarmUpdate({ version: 1 }),
      () => docker.listServices(),
      () => docker.createService({ Name: 'x', TaskTemplate: { ContainerSpec: { Image: 'busybox' } } }),
      () => service.inspect(),
      () => service.update({ version: 1 }),
      () => service.remove(),
      () => service.logs({ stdout: true }),
      () => untyped(task).logs({ stdout: true }),
      () => docker.listSecrets(),
      () => docker.createSecret({ Name: 'x', Data: '' }),
      () => secret.inspect(),
      () => secret.update({ version: 1 }),
      () => secret.remove(),
      () => docker.listConfigs(),
      () => docker.createConfig({ Name: 'x', Data: '' }),
      () => config.inspect(),
      () => config.update({ version: 1 }),
      () => config.remove(),
    ];
    for (const call of calls) expect(await refusalOf(call()), String(call)).toMatchObject(notAManager);
  });

  it('has no plugins', async () => {
    const { docker } = host();
    expect(await docker.listPlugins()).toEqual([]);
    expect(await refusalOf(docker.getPlugin('nothing', '').inspect())).toMatchObject(noPlugin);
  });

  it('answers old and experimental routes as the engine does', async () => {
    const container = await created(host(), 'old-routes', 'true');
    expect(await refusalOf(container.copy({ Resource: '/tmp' }))).toMatchObject({ status: 404 });
    const checkpoint = [
      () => untyped(container).listCheckpoint(),
      () => untyped(container).createCheckpoint({ checkpointId: 'x' }),
      () => untyped(container).deleteCheckpoint('x'),
    ];
    for (const call of checkpoint) expect((await refusalOf(call()))?.status).toBeOneOf([404, 501]);
    await container.remove();
  });
}

/** What only a fleet answers so: its nodes are its engines, and it changes none of them. */
export function fleetTests(host: () => DockerHost): void {
  it('cannot become a swarm', async () => {
    const { docker } = host();
    expect(await refusalOf(docker.swarmInit({ ListenAddr: '127.0.0.1:2377' }))).toMatchObject({ status: 501 });
    expect(await refusalOf(docker.swarmJoin({ RemoteAddrs: ['127.0.0.1:2377'] }))).toMatchObject({ status: 501 });
  });

  it('lists its engines as nodes', async () => {
    const { docker } = host();
    const nodes = (await docker.listNodes()) as { ID: string; Spec: object; Version: { Index: number } }[];
    const [first] = nodes;
    if (first === undefined) throw new Error('a fleet without nodes');
    const node = docker.getNode(first.ID);
    expect(await node.inspect()).toMatchObject({ ID: first.ID });
    await node.update({ version: first.Version.Index, ...first.Spec });
    expect(await docker.listTasks()).toEqual(expect.any(Array));
    expect(await refusalOf(docker.getTask('nobody').inspect())).toMatchObject({ status: expect.any(Number) });
    expect(await refusalOf(docker.getNode('nobody').remove())).toMatchObject({ status: 404 });
  });

  it("changes no engine's plugins", async () => {
    const { docker } = host();
    const plugin = docker.getPlugin('nothing', '127.0.0.1:1/nothing');
    const calls: (() => Promise<unknown>)[] = [
      () => plugin.privileges(),
      () => plugin.pull({}),
      () => plugin.enable({}),
      () => plugin.disable({}),
      () => plugin.push({}),
      () => plugin.configure({}),
      () => plugin.upgrade({}),
      () => plugin.remove({}),
      () => untyped(docker).createPlugin({ name: 'x' }),
    ];
    for (const call of calls) expect(await refusalOf(call()), String(call)).toMatchObject({ status: 501 });
  });
}

/** What only an engine answers so. */
export function loneEngineTests(host: () => DockerHost): void {
  it('has no nodes', async () => {
    const { docker } = host();
    const node = docker.getNode('x');
    const calls: (() => Promise<unknown>)[] = [
      () => docker.listNodes(),
      () => node.inspect(),
      () => node.remove(),
      () => node.update({ version: 1 }),
      () => docker.listTasks(),
      () => docker.getTask('x').inspect(),
    ];
    for (const call of calls) expect(await refusalOf(call()), String(call)).toMatchObject(notAManager);
  });
}
