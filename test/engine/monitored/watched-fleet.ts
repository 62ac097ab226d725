import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { type ClusterLog, MemoryLogModel, openMemoryLog } from '#cluster-log';
import { decodeObject, EngineRecord, engineKey, subjects } from '#contracts';
import { silentLogger, systemClock, systemRandomness } from '#service-shell';
import { singleRecords } from '#testing';
import { defaultEngineSettings, type EngineSettings } from '../../../apps/engine-monitor/src/engine-actor/engine-settings.ts';
import { startMonitor } from '../../../apps/engine-monitor/src/engine-monitor.ts';

const leaseTtlMs = 5_000;

/** Members at addresses, watched by one monitor over a log in memory. */
export class WatchedFleet {
  readonly #model = new MemoryLogModel({ clock: systemClock });
  readonly #log: ClusterLog = openMemoryLog(this.#model);
  readonly #records = new Map<string, Uint8Array>();
  readonly #monitor: ReturnType<typeof startMonitor>;

  constructor(settings: Partial<EngineSettings> = {}) {
    this.#log.follow(['>'], {
      onEntry: (entry) => {
        for (const { subject, payload } of singleRecords(entry)) {
          if (payload === undefined) this.#records.delete(subject);
          else this.#records.set(subject, payload);
        }
      },
    });
    this.#monitor = startMonitor({
      log: openMemoryLog(this.#model, 'm1'),
      bus: openMemoryBus(new MemoryBusModel({ clock: systemClock }), 'm1'),
      clock: systemClock,
      randomness: systemRandomness,
      logger: silentLogger(),
      instance: 'm1',
      settings: { ...defaultEngineSettings, ...settings },
      leaseTtlMs,
    });
  }

  async list(address: string): Promise<void> {
    const key = engineKey(address);
    await this.#log.append(subjects.member(key), Buffer.from(JSON.stringify({ key, address, source: 'nodes' })));
    await this.#log.append(subjects.barrier('discovery'), Buffer.from('{}'));
  }

  async unlist(address: string): Promise<void> {
    await this.#log.delete(subjects.member(engineKey(address)));
    await this.#log.append(subjects.barrier('discovery'), Buffer.from('{}'));
  }

  info(address: string): EngineRecord | undefined {
    const payload = this.#records.get(subjects.engineInfo(engineKey(address)));
    return payload === undefined ? undefined : EngineRecord.parse(JSON.parse(Buffer.from(payload).toString()));
  }

  /** `name state` of the containers shown under an address, by name. */
  containers(address: string): string[] {
    const prefix = subjects.container(engineKey(address), '');
    const found = [...this.#records].filter(([subject]) => subject.startsWith(prefix));
    return found
      .map(([, payload]) => decodeObject('container', payload).facts)
      .map(({ names, state }) => `${names[0]} ${state}`)
      .toSorted();
  }

  stop(): Promise<void> {
    return this.#monitor.stop();
  }
}
