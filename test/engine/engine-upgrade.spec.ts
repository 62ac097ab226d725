import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callEngine, MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { type ClusterLog, MemoryLogModel, openMemoryLog } from '#cluster-log';
import { EngineRecord, engineKey, subjects } from '#contracts';
import { silentLogger, systemClock, systemRandomness } from '#service-shell';
import { Testbed, type TestEngine, whyNoEngines } from '#testing';
import { enginePath } from '../../apps/api-gateway/src/relay/head-rewrite.ts';
import { engineTarget } from '../../apps/api-gateway/src/relay/tiny-gateway.builders.ts';
import { defaultEngineSettings } from '../../apps/engine-monitor/src/engine-actor/engine-settings.ts';
import { startMonitor } from '../../apps/engine-monitor/src/engine-monitor.ts';

describe.skipIf(whyNoEngines() !== undefined)('an engine that is upgraded in place', () => {
  let bed: Testbed;
  let engine: TestEngine;
  beforeAll(async () => {
    bed = await Testbed.open('upgrade-spec');
    engine = await bed.engine({ generation: 'old' });
    await engine.image();
    await engine.docker('create', '--name', 'kept', 'busybox', 'true');
  });
  afterAll(() => bed?.close());

  it('is spoken to with its new API version, and keeps its name and its containers', async () => {
    const log = openMemoryLog(new MemoryLogModel({ clock: systemClock }));
    const bus = openMemoryBus(new MemoryBusModel({ clock: systemClock }));
    const key = engineKey(engine.address);
    const shell = { clock: systemClock, randomness: systemRandomness, logger: silentLogger() };
    const monitor = startMonitor({ log, bus, ...shell, instance: 'm', settings: defaultEngineSettings, leaseTtlMs: 2_000 });
    try {
      await log.append(subjects.member(key), Buffer.from(JSON.stringify({ key, address: engine.address, source: 'nodes' })));
      await log.append(subjects.barrier('discovery'), Buffer.from('{}'));
      const before = await recordIn(log, key, ({ state }) => state === 'healthy');
      expect(before.identity?.apiVersion).toBe('1.41');
      engine = await bed.upgrade(engine);
      const upMs = performance.now();
      const after = await recordIn(log, key, ({ state, identity }) => state === 'healthy' && identity?.apiVersion !== '1.41');
      process.stdout.write(
        `upgraded engine: its new version is known ${(performance.now() - upMs).toFixed(0)} ms after it answers\n`,
      );
      // Not its ID: newer daemons do not read the key that 20.10 made it of.
      expect(after.identity?.name).toBe(before.identity?.name);
      const { apiVersion = '', minApiVersion = '' } = after.identity ?? {};
      expect(Number(apiVersion.split('.')[1])).toBeGreaterThan(41);
      const path = enginePath(
        engineTarget(engine.address, { apiVersion, minApiVersion }),
        apiVersion,
        '/containers/kept/json',
        '',
      );
      expect(path).toBe(`/v${apiVersion}/containers/kept/json`);
      const call = {
        method: 'GET',
        path: '/containers/kept/json',
        apiVersion,
        headers: {},
        body: '',
        touched: {},
        timeoutMs: 10_000,
      };
      const { answer } = await callEngine(bus, key, 'call', call, { timeoutMs: 10_000 });
      expect(answer.status).toBe(200);
    } finally {
      await monitor.stop();
    }
  });
});

async function recordIn(log: ClusterLog, key: string, isWanted: (record: EngineRecord) => boolean): Promise<EngineRecord> {
  let found: EngineRecord | undefined;
  const look = async () => {
    const entry = await log.get(subjects.engineInfo(key));
    if (entry?.payload !== undefined) found = EngineRecord.parse(JSON.parse(Buffer.from(entry.payload).toString()));
    return found !== undefined && isWanted(found);
  };
  await expect.poll(look, { timeout: 30_000, interval: 100 }).toBe(true);
  if (found === undefined) throw new Error('polled until it was there');
  return found;
}
