import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { engineKey, readSettled, splitAhead, subjects } from '#contracts';
import { type Generation, Testbed, type TestEngine, whyNoEngines } from '#testing';
import { leaseTtlMs, MonitoredEngines } from './monitored/monitored-engines.ts';

const generations: Generation[] = ['old', 'new'];
const noEngines = whyNoEngines();

const healthy = { timeout: 20_000, interval: 50 };

describe.skipIf(noEngines !== undefined)('a monitor of real engines', () => {
  let bed: Testbed;
  let engines: Map<Generation, TestEngine>;
  let cluster: MonitoredEngines;

  beforeAll(async () => {
    bed = await Testbed.open('engine-monitor');
    const booted = await Promise.all(generations.map((generation) => bed.engine({ generation, labels: { storage: 'ssd' } })));
    await Promise.all(booted.map((engine) => engine.image()));
    engines = new Map(booted.map((engine) => [engine.generation, engine]));
  });
  afterAll(async () => {
    await bed?.close();
  });
  afterEach(async () => {
    await cluster.stop();
    await Promise.all([...engines.values()].map(removeContainers));
  });

  async function watched(...watchedEngines: TestEngine[]): Promise<void> {
    cluster = new MonitoredEngines();
    await cluster.list(...watchedEngines.map(({ address }) => address));
    cluster.monitor('m1');
    for (const engine of watchedEngines) await expect.poll(() => cluster.info(engine)?.state, healthy).toBe('healthy');
  }

  /** Side by side: most of it is waiting. */
  async function onBoth(test: (engine: TestEngine) => Promise<void>): Promise<void> {
    await Promise.all([...engines.values()].map(test));
  }

  describe.each(generations)('%s', (generation) => {
    const engine = () => {
      const found = engines.get(generation);
      if (found === undefined) throw new Error(`no ${generation} engine`);
      return found;
    };

    it('publishes what the engine is and holds', async () => {
      await engine().docker('run', '-d', '--name', 'before', '-p', '8080:80', 'busybox', 'sleep', '600');
      await engine().docker('volume', 'create', 'kept-volume');
      await watched(engine());
      expect(cluster.info(engine())).toMatchObject({
        inventoryComplete: true,
        failures: 0,
        monitor: 'm1',
        identity: { name: engine().name, ip: engine().ip, labels: { storage: 'ssd' } },
      });
      const before = cluster.container(engine(), 'before')?.facts;
      expect([before?.state, before?.ports[0]?.hostPort]).toEqual(['running', 8080]);
      expect(cluster.objects(engine(), 'image').map(({ facts }) => facts.repoTags[0])).toEqual(['busybox:latest']);
      expect(
        cluster
          .objects(engine(), 'network')
          .map(({ facts }) => facts.name)
          .toSorted(),
      ).toEqual(['bridge', 'host', 'none']);
      expect(cluster.objects(engine(), 'volume').map(({ facts }) => facts.name)).toEqual(['kept-volume']);
      await engine().docker('volume', 'rm', 'kept-volume');
      await expect.poll(() => cluster.objects(engine(), 'volume').length).toBe(0);
    });

    it('passes events on, and says of each when the record that it changes is there', async () => {
      await watched(engine());
      const seen: string[] = [];
      const key = engineKey(engine().address);
      const ahead = new Map<number, string>();
      const listening = [
        cluster.bus.subscribe(subjects.event(key), (_subject, payload) => {
          const split = splitAhead(Buffer.from(payload));
          if (split === undefined) return;
          const { Type, Action } = JSON.parse(split.event.toString()) as { Type: string; Action: string };
          if (Type === 'container') ahead.set(split.serial, Action);
        }),
        cluster.bus.subscribe(subjects.settled(key), (_subject, payload) => {
          const state = cluster.container(engine(), 'evented')?.facts.state ?? 'gone';
          for (const serial of readSettled(Buffer.from(payload)))
            if (ahead.has(serial)) seen.push(`${ahead.get(serial)} ${state}`);
        }),
      ];
      await engine().docker('run', '--name', 'evented', 'busybox', 'true');
      // Removed earlier, its record would say so by the time this end of the bus reads it.
      await expect.poll(() => seen.some((line) => line.startsWith('die'))).toBe(true);
      await engine().docker('rm', 'evented');
      await expect.poll(() => seen.at(-1)).toBe('destroy gone');
      for (const one of listening) one.stop();
      expect(seen.filter((line) => line.startsWith('die')).map((line) => line.split(' ')[1])).toEqual(['exited']);
      expect(seen.findIndex((line) => line.startsWith('create'))).toBeLessThan(seen.findIndex((line) => line.startsWith('die')));
    });

    it('creates once for an operation, and refuses older terms', async () => {
      await watched(engine());
      const term = (cluster.info(engine())?.epoch ?? 0) + 1;
      const [first, joined] = await Promise.all([cluster.create(engine(), 'op-1', term), cluster.create(engine(), 'op-1', term)]);
      const again = await cluster.create(engine(), 'op-1', term + 1, 'another-name');
      expect([first.answer.status, joined.container, again.container]).toEqual([201, first.container, first.container]);
      expect(cluster.container(engine(), 'op-1')?.facts.id).toBe(first.container);
      await expect(cluster.create(engine(), 'op-2', term)).rejects.toMatchObject({ code: 'engine/stale-term' });
      expect(await engine().docker('ps', '-aq')).not.toContain('\n');
    });

    it('answers a call after its effect is in the log, with the daemon’s own refusals', async () => {
      await watched(engine());
      const { container = '' } = await cluster.create(engine(), 'op-3', 1);
      const started = await cluster.call(engine(), 'POST', `/containers/${container}/start`, { containers: [container] });
      expect([started.answer.status, cluster.container(engine(), 'op-3')?.facts.state]).toEqual([204, 'running']);
      const missing = await cluster.call(engine(), 'POST', '/containers/nowhere/start', { containers: ['nowhere'] });
      expect(missing.answer).toMatchObject({ status: 404, body: expect.stringContaining('No such container: nowhere') });
      const made = await cluster.call(engine(), 'POST', '/volumes/create', { volumes: true }, '{"Name":"made"}');
      expect([made.answer.status, cluster.objects(engine(), 'volume').map(({ facts }) => facts.name)]).toEqual([201, ['made']]);
      await cluster.call(engine(), 'DELETE', '/volumes/made', { volumes: true });
      const removed = await cluster.call(engine(), 'DELETE', `/containers/${container}?force=1`, { containers: [container] });
      expect([removed.answer.status, cluster.container(engine(), 'op-3')]).toEqual([204, undefined]);
    });
  });

  it('calls a killed daemon unhealthy with the reason, and reads its states anew when it is back', async () => {
    await watched(...engines.values());
    await onBoth(async (engine) => {
      // The next daemon ends it as it starts, and would wait 10 s for a polite end.
      await engine.docker('run', '-d', '--name', 'crashed', '--stop-signal', 'KILL', 'busybox', 'sleep', '600');
      await expect.poll(() => cluster.container(engine, 'crashed')?.facts.state).toBe('running');
      await engine.kill();
      await expect.poll(() => cluster.info(engine)?.state, { timeout: 8_000 }).toBe('unhealthy');
      expect(cluster.info(engine)?.reason).toContain('connection refused');
      await expect(cluster.call(engine, 'POST', '/containers/crashed/start', { containers: ['crashed'] })).rejects.toMatchObject({
        code: 'engine/unhealthy',
        message: expect.stringContaining(`running on unhealthy node ${engine.name}: `),
      });
      await engine.restart();
      await expect.poll(() => cluster.info(engine)?.state, healthy).toBe('healthy');
      const reality = await engine.docker('inspect', '-f', '{{.State.Status}}', 'crashed');
      expect(cluster.container(engine, 'crashed')?.facts.state).toBe(reality);
    });
  });

  it('calls a silent daemon unhealthy within 10 s, and healthy soon after it speaks again', async () => {
    await watched(...engines.values());
    await onBoth(async (engine) => {
      await engine.stop();
      const silentSince = performance.now();
      try {
        await expect.poll(() => cluster.info(engine)?.state, { timeout: 15_000, interval: 50 }).toBe('unhealthy');
        expect(performance.now() - silentSince).toBeLessThan(10_000);
        expect(cluster.info(engine)?.reason).toContain('does not answer');
      } finally {
        await engine.cont();
      }
      await expect.poll(() => cluster.info(engine)?.state, healthy).toBe('healthy');
    });
  });

  it('shares engines with a monitor that joins, and takes them over when one dies', async () => {
    const both = generations.map((generation) => engines.get(generation)).filter((engine) => engine !== undefined);
    await watched(...both);
    const second = cluster.monitor('m2');
    await expect.poll(() => (cluster.monitors.get('m1')?.owned.length ?? 0) + second.owned.length).toBe(2);
    cluster.model.disconnect('m1');
    await expect.poll(() => second.owned.length, { timeout: 5_000 + leaseTtlMs }).toBe(2);
    for (const engine of both) {
      await expect.poll(() => cluster.info(engine)).toMatchObject({ monitor: 'm2', state: 'healthy' });
      await engine.docker('run', '-d', '--name', 'later', 'busybox', 'sleep', '600');
      await expect.poll(() => cluster.container(engine, 'later')?.facts.state).toBe('running');
    }
    cluster.model.reconnect('m1');
  });

  it('deletes the records of an engine that is listed no more', async () => {
    const [engine] = engines.values();
    if (engine === undefined) throw new Error('no engine');
    await watched(engine);
    await cluster.log.delete(subjects.member(engineKey(engine.address)));
    await expect.poll(() => [...cluster.records.keys()].filter((subject) => subject.includes('engine.'))).toEqual([]);
    await cluster.list(engine.address);
    await expect.poll(() => cluster.info(engine)?.state, healthy).toBe('healthy');
  });
});

async function removeContainers(engine: TestEngine): Promise<void> {
  const ids = (await engine.docker('ps', '-aq')).split('\n').filter((id) => id !== '');
  if (ids.length > 0) await engine.docker('rm', '--force', '--volumes', ...ids);
}
