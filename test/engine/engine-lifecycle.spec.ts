import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Generation, Testbed, type TestEngine, whyNoEngines } from '#testing';
import type { EngineSettings } from '../../apps/engine-monitor/src/engine-actor/engine-settings.ts';
import { FaultProxy } from './monitored/fault-proxy.ts';
import { WatchedFleet } from './monitored/watched-fleet.ts';

const generations: readonly Generation[] = ['old', 'new'];
/** Every engine listens there too. */
const secondPort = 2376;
/** The bounds of the issue, and what a polling test and a busy machine add to them. */
const slackMs = 1_500;
const refusedMaxMs = 3_000 + slackMs;
const silentMaxMs = 10_000;
const backMaxMs = 2_000 + slackMs;
const conflictRetryMs = 5_000;
const yieldMs = 10_000;

/** One row of the failure table (docs/architecture.md), on an old and on a new engine side by side. */
describe.skipIf(whyNoEngines() !== undefined)('the life of real engines', () => {
  let bed: Testbed;
  /** Two of each generation. */
  const engines = new Map<Generation, readonly [TestEngine, TestEngine]>();
  const cleanUps: (() => unknown)[] = [];

  beforeAll(async () => {
    bed = await Testbed.open('engine-lifecycle');
    for (const generation of generations) {
      // Two at once: booting all four would take as long on two cores, and more memory.
      const [first, second] = await Promise.all([1, 2].map((n) => boot(`${generation}-${n}`, generation)));
      if (first !== undefined && second !== undefined) engines.set(generation, [first, second]);
    }
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });
  afterAll(async () => {
    await bed?.close();
  });

  async function boot(name: string, generation: Generation): Promise<TestEngine> {
    const engine = await bed.engine({ generation, name, args: [`--host=tcp://0.0.0.0:${secondPort}`] });
    await engine.image();
    // The signal: a daemon that starts after a kill ends the containers of its forerunner politely, which takes 10 s with others.
    await engine.docker('run', '-d', '--name', `on-${name}`, '--stop-signal', 'KILL', 'busybox', 'sleep', '3600');
    return engine;
  }

  /** Runs a row on both generations at once. */
  async function onBoth(row: (engine: TestEngine, other: TestEngine) => Promise<void>): Promise<void> {
    await Promise.all([...engines.values()].map(([engine, other]) => row(engine, other)));
  }

  async function watched(addresses: readonly string[], settings: Partial<EngineSettings> = {}): Promise<WatchedFleet> {
    const fleet = new WatchedFleet(settings);
    cleanUps.push(() => fleet.stop());
    for (const address of addresses) await fleet.list(address);
    return fleet;
  }

  async function proxied(engine: TestEngine): Promise<FaultProxy> {
    const proxy = await FaultProxy.open(engine.address);
    cleanUps.push(() => proxy.close());
    return proxy;
  }

  it('killed: unhealthy at the third refusal, and back within 2 s with the states as they are now', async () => {
    await onBoth(async (engine) => {
      const fleet = await watched([engine.address]);
      await reaches(fleet, engine.address, 'healthy', 10_000);
      expect(fleet.containers(engine.address)).toEqual([`on-${engine.name} running`]);
      await engine.kill();
      told(engine, 'killed, unhealthy after', await reaches(fleet, engine.address, 'unhealthy', refusedMaxMs));
      expect(fleet.info(engine.address)).toMatchObject({ reason: expect.stringContaining('connection refused') });
      expect(fleet.info(engine.address)?.nextRetryAtMs).toBeDefined();
      await engine.restart();
      told(engine, 'answers again, healthy after', await reaches(fleet, engine.address, 'healthy', backMaxMs));
      const reality = await engine.docker('inspect', '-f', '{{.State.Status}}', `on-${engine.name}`);
      expect(fleet.containers(engine.address)).toEqual([`on-${engine.name} ${reality}`]);
    });
  });

  it('stopped: silent, so unhealthy within 10 s, and back within 2 s', async () => {
    await onBoth(async (engine) => {
      const fleet = await watched([engine.address]);
      await reaches(fleet, engine.address, 'healthy', 10_000);
      await engine.stop();
      cleanUps.push(() => engine.cont());
      told(engine, 'stopped, unhealthy after', await reaches(fleet, engine.address, 'unhealthy', silentMaxMs));
      expect(fleet.info(engine.address)?.reason).toContain('does not answer');
      await engine.cont();
      told(engine, 'continued, healthy after', await reaches(fleet, engine.address, 'healthy', backMaxMs));
    });
  });

  it('cut off the network: unhealthy within 10 s, and back within 2 s', async () => {
    await onBoth(async (engine) => {
      const fleet = await watched([engine.address]);
      await reaches(fleet, engine.address, 'healthy', 10_000);
      await engine.cut();
      cleanUps.push(() => engine.heal());
      told(engine, 'cut off, unhealthy after', await reaches(fleet, engine.address, 'unhealthy', silentMaxMs));
      await engine.heal();
      told(engine, 'healed, healthy after', await reaches(fleet, engine.address, 'healthy', backMaxMs));
      expect(fleet.info(engine.address)?.reason).toBeUndefined();
    });
  });

  it('restarted with another data root: taken as the new daemon it is, its old objects gone', async () => {
    await onBoth(async (_, engine) => {
      const fleet = await watched([engine.address]);
      await reaches(fleet, engine.address, 'healthy', 10_000);
      const before = fleet.info(engine.address)?.identity?.id;
      await engine.docker('rm', '-f', `on-${engine.name}`);
      await engine.kill();
      // The daemon mounts its data root on itself.
      await engine.shell(`while umount -l /machine/data; do :; done; mv /machine/data /machine/data.old; rm -f ${keyFile}`);
      await engine.restart();
      const isRenewed = () => ![undefined, before].includes(fleet.info(engine.address)?.identity?.id);
      told(engine, 'another data root, read anew after', await elapsed(isRenewed, backMaxMs));
      expect([fleet.info(engine.address)?.state, fleet.containers(engine.address)]).toEqual(['healthy', []]);
      await engine.image();
      await engine.docker('run', '-d', '--name', `on-${engine.name}`, '--stop-signal', 'KILL', 'busybox', 'sleep', '3600');
    });
  });

  it('labels changed by a reload of the daemon: seen at once', async () => {
    await onBoth(async (engine) => {
      const fleet = await watched([engine.address]);
      await reaches(fleet, engine.address, 'healthy', 10_000);
      await engine.shell(`echo '{"labels":["zone=new"]}' > /etc/docker/daemon.json; kill -HUP "$(cat /machine/dockerd.pid)"`);
      const isSeen = () => fleet.info(engine.address)?.identity?.labels['zone'] === 'new';
      told(engine, 'labels reloaded, seen after', await elapsed(isSeen, backMaxMs));
      expect(fleet.info(engine.address)).toMatchObject({ state: 'healthy', failures: 0 });
    });
  });

  it('cloned key: one of the two stands back with the reason, nothing is removed on either, and an ID of its own ends it', async () => {
    await onBoth(async (engine, clone) => {
      const fleet = await watched([engine.address]);
      await reaches(fleet, engine.address, 'healthy', 10_000);
      await cloneId(engine, clone);
      await fleet.list(clone.address);
      await expect.poll(() => fleet.info(clone.address)?.conflict, { timeout: 5_000 }).toBeDefined();
      const shown = fleet.info(clone.address);
      const id = fleet.info(engine.address)?.identity?.id;
      expect(shown).toMatchObject({
        state: 'pending',
        reason: expect.stringContaining(
          `ID duplicated. ${id} shared by this node ${clone.address} and another node ${engine.address}: `,
        ),
        conflict: { daemonId: id, address: engine.address },
      });
      expect([fleet.info(engine.address)?.state, fleet.containers(clone.address)]).toEqual(['healthy', []]);
      for (const each of [engine, clone]) expect(await each.docker('ps', '-a', '--format', '{{.Names}}')).toBe(`on-${each.name}`);
      await clone.kill();
      await clone.shell(`rm -f ${keyFile} ${idFile}`);
      await clone.restart();
      const bound = conflictRetryMs + backMaxMs;
      told(clone, 'with an ID of its own, healthy after', await reaches(fleet, clone.address, 'healthy', bound));
      expect(fleet.info(engine.address)?.state).toBe('healthy');
    });
  });

  it('one daemon under two addresses: shown once, untouched, and taken over when the shown address leaves discovery', async () => {
    await onBoth(async (engine) => {
      const second = `${engine.ip}:${secondPort}`;
      const fleet = await watched([engine.address, second]);
      const states = () => [engine.address, second].map((address) => fleet.info(address)?.state).toSorted();
      await expect.poll(states, { timeout: 10_000 }).toEqual(['healthy', 'pending']);
      const isFirst = fleet.info(engine.address)?.state === 'healthy';
      const [shown, other] = isFirst ? [engine.address, second] : [second, engine.address];
      await expect.poll(() => fleet.info(other)?.reason ?? '', { timeout: 5_000 }).toContain(`and another node ${shown}: `);
      expect([fleet.containers(shown).length, fleet.containers(other)]).toEqual([1, []]);
      await fleet.unlist(shown);
      const bound = conflictRetryMs + backMaxMs;
      told(engine, 'address left discovery, the other healthy after', await reaches(fleet, other, 'healthy', bound));
      expect([fleet.containers(other), fleet.containers(shown)]).toEqual([[expect.stringContaining(`on-${engine.name} `)], []]);
    });
  });

  it('address change: the new address takes over once the old one has not answered for 10 s', async () => {
    await onBoth(async (engine) => {
      const old = await proxied(engine);
      const fleet = await watched([old.address]);
      await reaches(fleet, old.address, 'healthy', 10_000);
      await fleet.list(engine.address);
      await expect.poll(() => fleet.info(engine.address)?.conflict, { timeout: 5_000 }).toBeDefined();
      old.close();
      const bound = refusedMaxMs + conflictRetryMs + yieldMs + conflictRetryMs + backMaxMs;
      told(engine, 'old address dead, new one healthy after', await reaches(fleet, engine.address, 'healthy', bound));
      expect(fleet.info(old.address)?.state).toBe('unhealthy');
    });
  });

  it('hung /info: a new engine is pending with the reason, a healthy one stays healthy with it, and both recover at once', async () => {
    await onBoth(async (engine) => {
      const proxy = await proxied(engine);
      proxy.fail('/info', 'hangs');
      const fleet = await watched([proxy.address], { refreshMinMs: 500, refreshMaxMs: 1_000 });
      const reason = () => fleet.info(proxy.address)?.reason ?? '';
      told(engine, 'hung /info, the reason shown after', await elapsed(() => reason().includes('GET /info'), 12_000));
      expect(fleet.info(proxy.address)?.state).toBe('pending');
      proxy.heal('/info');
      told(engine, '/info answers, healthy after', await reaches(fleet, proxy.address, 'healthy', backMaxMs));
      proxy.fail('/info', 'hangs');
      // A healthy engine is asked what it is when its daemon says that this may have changed.
      await engine.shell('kill -HUP "$(cat /machine/dockerd.pid)"');
      told(engine, 'hung /info of a healthy one, shown after', await elapsed(() => reason().includes('GET /info'), 13_000));
      expect(fleet.info(proxy.address)).toMatchObject({ state: 'healthy' });
      proxy.heal('/info');
      told(engine, '/info answers, reason gone after', await elapsed(() => reason() === '', 5_000 + backMaxMs));
    });
  });

  it('slow /events: an engine is healthy once they come; while they hang it says so', async () => {
    await onBoth(async (engine) => {
      const proxy = await proxied(engine);
      proxy.fail('/events', 'hangs');
      const fleet = await watched([proxy.address]);
      const reason = () => fleet.info(proxy.address)?.reason ?? '';
      told(engine, 'hung /events, the reason shown after', await elapsed(() => reason().includes('GET /events'), 7_000));
      proxy.heal('/events');
      told(engine, '/events answer, healthy after', await reaches(fleet, proxy.address, 'healthy', backMaxMs));
      const slow = await proxied(engine);
      slow.fail('/events', { afterMs: 3_000 });
      const slowFleet = await watched([slow.address]);
      const slowly = await reaches(slowFleet, slow.address, 'healthy', 3_000 + backMaxMs);
      told(engine, '/events 3 s late, healthy after', slowly);
      expect(slowFleet.info(slow.address)).toMatchObject({ failures: 0, flapsAtMs: [] });
    });
  });
});

/** Where a daemon before 23.0 keeps its ID, and one since. */
const keyFile = '/etc/docker/key.json';
const idFile = '/machine/data/engine-id';

async function cloneId(from: TestEngine, to: TestEngine): Promise<void> {
  const file = from.generation === 'old' ? keyFile : idFile;
  const content = (await from.shell(`base64 -w0 ${file}`)).trim();
  await to.kill();
  await to.shell(`echo ${content} | base64 -d > ${file}`);
  await to.restart();
}

function told(engine: TestEngine, what: string, ms: number): void {
  process.stdout.write(`${engine.generation}: ${what} : ${(ms / 1_000).toFixed(1)} s\n`);
}

/** How long until the engine is in that state; rejects beyond the bound. */
function reaches(fleet: WatchedFleet, address: string, state: string, boundMs: number): Promise<number> {
  return elapsed(() => fleet.info(address)?.state === state, boundMs);
}

async function elapsed(holds: () => boolean, boundMs: number): Promise<number> {
  const startedMs = performance.now();
  await expect.poll(holds, { timeout: boundMs, interval: 20 }).toBe(true);
  return performance.now() - startedMs;
}
