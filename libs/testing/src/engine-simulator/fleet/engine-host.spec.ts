import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#service-shell';
import { EngineHost } from './engine-host.ts';

describe('simulated engines', () => {
  let host: EngineHost;

  beforeEach(async () => {
    host = await EngineHost.open({ engines: 2, containers: 10, seed: 3 }, systemClock);
  });

  afterEach(async () => {
    await host.close();
  });

  const url = (path: string, engine = 0) => `http://${host.addresses[engine]}${path}`;
  const json = async (path: string, engine = 0) => (await fetch(url(path, engine))).json() as Promise<unknown>;

  it('each hold their own containers', async () => {
    const lists = (await Promise.all([json('/containers/json?all=1'), json('/v1.41/containers/json?all=1', 1)])) as {
      Id: string;
    }[][];
    expect(lists.map(({ length }) => length)).toEqual([10, 10]);
    expect(new Set(lists.flat().map(({ Id }) => Id)).size).toBe(20);
  });

  it('list what was changed a moment ago', async () => {
    const made = await fetch(url('/containers/create?name=mine'), { method: 'POST', body: JSON.stringify({ Image: 'busybox' }) });
    expect(made.status).toBe(201);
    expect((await fetch(url('/containers/mine/start'), { method: 'POST' })).status).toBe(204);
    const list = (await json('/containers/json?all=1')) as { Names: string[]; State: string }[];
    expect(list.find(({ Names }) => Names.includes('/mine'))?.State).toBe('running');
  });

  it('count what they are asked, by route and engine', async () => {
    await json('/info');
    await json('/containers/json', 1);
    await json('/containers/json?all=1', 1);
    const { total, byRoute, byEngine } = host.requests();
    expect({ total, byRoute, byEngine }).toEqual({
      total: 3,
      byRoute: { 'GET /info': 1, 'GET /containers/json': 2 },
      byEngine: [1, 2],
    });
  });

  it('fail where they are told to, until they are healed', async () => {
    host.fault([0], { kind: 'error', route: 'GET /info', status: 503, message: 'busy' });
    expect((await fetch(url('/info'))).status).toBe(503);
    expect((await fetch(url('/_ping'))).status).toBe(200);
    expect((await fetch(url('/info', 1))).status).toBe(200);
    await host.heal('all');
    expect((await fetch(url('/info'))).status).toBe(200);
  });

  it('break connections, hang, and refuse', async () => {
    host.fault([0], { kind: 'reset', route: 'GET /info' });
    host.fault([0], { kind: 'stall', route: 'GET /version' });
    await expect(fetch(url('/info'))).rejects.toThrow('fetch failed');
    await expect(fetch(url('/version'), { signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout');
    await host.refuse([0]);
    await expect(fetch(url('/_ping'))).rejects.toThrow('fetch failed');
    const [address] = host.addresses;
    await host.heal('all');
    expect(host.addresses[0]).toBe(address);
    expect((await fetch(url('/_ping'))).status).toBe(200);
  });

  it('come back from a restart as the same daemon, with nothing running', async () => {
    const { ID } = (await json('/info')) as { ID: string };
    await host.restart([0], 0);
    expect(await json('/info')).toMatchObject({ ID, ContainersRunning: 0 });
    expect(await (await fetch(url('/events?since=0&until=1'))).text()).toBe('');
  });

  it('tell the events of a storm to who listens, and change nothing unless told to', async () => {
    const before = await json('/info');
    const stream = await fetch(url('/events'));
    await host.storm({ eventsPerSecond: 1_000, seconds: 0.1 });
    let lines = 0;
    for await (const chunk of stream.body ?? []) {
      lines += Buffer.from(chunk).toString('utf8').split('\n').length - 1;
      if (lines >= 100) break;
    }
    expect(lines).toBe(100);
    expect(await json('/info')).toMatchObject({ ContainersRunning: (before as { ContainersRunning: number }).ContainersRunning });
    await host.storm({ eventsPerSecond: 100, seconds: 0.1, actions: ['die'], changesState: true });
    expect(await json('/info')).toMatchObject({ ContainersRunning: 0 });
  });
});
