import { type ClusterBus, MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { MemoryLogModel, openMemoryLog } from '#cluster-log';
import { EngineRecord, engineKey, subjects } from '#contracts';
import { silentLogger, systemClock, systemRandomness } from '#service-shell';
import { defaultEngineSettings } from '../../apps/engine-monitor/src/engine-actor/engine-settings.ts';
import { startMonitor } from '../../apps/engine-monitor/src/engine-monitor.ts';

export type WatchedFakes = { readonly bus: ClusterBus; close(): Promise<void> };

/** A monitor with the default settings over these engines, log and bus in memory. Resolves once all are healthy. */
export async function watchFakes(addresses: readonly string[]): Promise<WatchedFakes> {
  const model = new MemoryLogModel({ clock: systemClock });
  const bus = openMemoryBus(new MemoryBusModel({ clock: systemClock }));
  const log = openMemoryLog(model);
  for (const address of addresses) {
    const member = { key: engineKey(address), address, source: 'nodes' };
    await log.append(subjects.member(member.key), Buffer.from(JSON.stringify(member)));
  }
  await log.append(subjects.barrier('discovery'), Buffer.from('{}'));
  const healthy = new Set<string>();
  const all = new Promise<void>((resolve) => {
    log.follow([subjects.engineInfo('*')], {
      onEntry: ({ subject, payload }) => {
        const record = payload && EngineRecord.parse(JSON.parse(Buffer.from(payload).toString()));
        if (record?.state === 'healthy') healthy.add(subject);
        if (healthy.size === addresses.length) resolve();
      },
    });
  });
  const parts = { clock: systemClock, randomness: systemRandomness, logger: silentLogger(), instance: 'bench' };
  const monitor = startMonitor({ ...parts, log, bus, settings: defaultEngineSettings, leaseTtlMs: 5_000 });
  await all;
  return { bus, close: () => monitor.stop() };
}
