import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  containerFacts,
  containerRow,
  containerStatus,
  DirectTransport,
  EngineClient,
  elements,
  member,
  readIdentity,
} from '#docker-api';
import { systemClock } from '#service-shell';
import { type Generation, Testbed, type TestEngine, whyNoEngines } from '#testing';

const timeoutMs = 10_000;
const transport = new DirectTransport(systemClock);

describe.skipIf(whyNoEngines() !== undefined)('the Docker API library against real engines', () => {
  let bed: Testbed;
  const engines = new Map<string, TestEngine>();

  beforeAll(async () => {
    bed = await Testbed.open('docker-api-spec');
    const boot = async (generation: Generation) => {
      const engine = await bed.engine({ generation, labels: { storage: 'ssd' } });
      await engine.image();
      engines.set(generation, engine);
    };
    await Promise.all([boot('old'), boot('new')]);
  });

  afterAll(async () => {
    await bed.close();
  });

  it.each(['old', 'new'])('keeps list entries byte for byte and says their status as the %s engine does', async (generation) => {
    const engine = engines.get(generation);
    if (engine === undefined) throw new Error(`no ${generation} engine`);
    await engine.docker('run', '-d', '--name', 'running', 'busybox', 'sleep', '600');
    await engine.docker('run', '-d', '--name', 'paused', 'busybox', 'sleep', '600');
    await engine.docker('pause', 'paused');
    await engine.docker('create', '--name', 'created', 'busybox', 'true');
    await engine.docker('run', '--name', 'exited', 'busybox', 'true');
    await engine.docker('run', '-d', '--name', 'restarting', '--restart', 'always', 'busybox', 'false');
    const client = new EngineClient({ address: engine.address, transport });
    try {
      // Status words change with the second and with each restart: look until one list agrees with its inspects.
      await expect.poll(() => disagreements(client), { timeout: 30_000, interval: 300 }).toEqual([]);
      const { body } = await client.request({ method: 'GET', path: '/containers/json?all=1', timeoutMs });
      expect(`[${[...elements(body)].map((entry) => entry.toString('utf8')).join(',')}]`).toBe(body.toString('utf8').trim());
      expect([...elements(body)]).toHaveLength(5);
    } finally {
      await client.close();
      // A frozen process outlives even SIGKILL: the bed could not be taken down.
      await engine.docker('unpause', 'paused');
    }
  });

  it.each(['old', 'new'])('reads who the %s engine is', async (generation) => {
    const engine = engines.get(generation);
    if (engine === undefined) throw new Error(`no ${generation} engine`);
    const client = new EngineClient({ address: engine.address, transport });
    try {
      const { identity } = await readIdentity(client, Date.now, timeoutMs);
      expect(identity).toMatchObject({ name: engine.name, ip: engine.ip, labels: { storage: 'ssd' }, osType: 'linux' });
      expect(identity.cpus).toBeGreaterThan(0);
    } finally {
      await client.close();
    }
  });
});

/** Containers whose status in the list is not what the facts say. */
async function disagreements(client: EngineClient): Promise<string[]> {
  const list = await client.request({ method: 'GET', path: '/containers/json?all=1', timeoutMs });
  const wrong: string[] = [];
  for (const entry of elements(list.body)) {
    const text = (key: string) => JSON.parse(member(entry, key)?.toString('utf8') ?? '""') as string;
    const inspect = await client.request({ method: 'GET', path: `/containers/${text('Id')}/json`, timeoutMs });
    const ours = containerStatus(containerFacts(containerRow(entry).value, inspect.body), Date.now());
    if (ours !== text('Status')) wrong.push(`${ours} is not ${text('Status')}`);
  }
  return wrong;
}
