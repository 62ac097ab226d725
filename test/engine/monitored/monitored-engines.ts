import { type ClusterBus, callEngine, MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { type ClusterLog, MemoryLogModel, openMemoryLog } from '#cluster-log';
import { decodeObject, EngineRecord, engineKey, type ObjectKind, type ObjectRecord, subjects } from '#contracts';
import { silentLogger, systemClock, systemRandomness } from '#service-shell';
import { singleRecords, type TestEngine } from '#testing';
import { defaultEngineSettings } from '../../../apps/engine-monitor/src/engine-actor/engine-settings.ts';
import { startMonitor } from '../../../apps/engine-monitor/src/engine-monitor.ts';

type Monitor = ReturnType<typeof startMonitor>;

export const leaseTtlMs = 2_000;

/** One cluster in memory with as many monitors as a test starts. */
export class MonitoredEngines {
  readonly model = new MemoryLogModel({ clock: systemClock });
  readonly log: ClusterLog = openMemoryLog(this.model);
  readonly busModel = new MemoryBusModel({ clock: systemClock });
  readonly bus: ClusterBus = openMemoryBus(this.busModel);
  readonly records = new Map<string, Uint8Array>();
  readonly monitors = new Map<string, Monitor>();

  constructor() {
    this.log.follow(['>'], {
      onEntry: (entry) => {
        for (const { subject, payload } of singleRecords(entry)) {
          if (payload === undefined) this.records.delete(subject);
          else this.records.set(subject, payload);
        }
      },
    });
  }

  async list(...addresses: string[]): Promise<void> {
    for (const address of addresses) {
      const key = engineKey(address);
      await this.log.append(subjects.member(key), Buffer.from(JSON.stringify({ key, address, source: 'nodes' })));
    }
    await this.log.append(subjects.barrier('discovery'), Buffer.from('{}'));
  }

  monitor(id: string): Monitor {
    const monitor = startMonitor({
      log: openMemoryLog(this.model, id),
      bus: openMemoryBus(this.busModel, id),
      clock: systemClock,
      randomness: systemRandomness,
      logger: silentLogger(),
      instance: id,
      settings: defaultEngineSettings,
      leaseTtlMs,
    });
    this.monitors.set(id, monitor);
    return monitor;
  }

  info(engine: TestEngine): EngineRecord | undefined {
    const payload = this.records.get(subjects.engineInfo(engineKey(engine.address)));
    return payload === undefined ? undefined : EngineRecord.parse(JSON.parse(Buffer.from(payload).toString()));
  }

  objects<K extends ObjectKind>(engine: TestEngine, kind: K): ObjectRecord<K>[] {
    const prefix = `engine.${engineKey(engine.address)}.${kind}.`;
    return [...this.records].filter(([subject]) => subject.startsWith(prefix)).map(([, payload]) => decodeObject(kind, payload));
  }

  container(engine: TestEngine, name: string): ObjectRecord<'container'> | undefined {
    return this.objects(engine, 'container').find(({ facts }) => facts.names[0] === name);
  }

  call(engine: TestEngine, method: string, path: string, touched: object, body = '', term?: number) {
    const request = {
      method,
      path,
      apiVersion: '',
      body,
      touched,
      timeoutMs: 20_000,
      headers: { 'content-type': 'application/json' },
    };
    const key = engineKey(engine.address);
    return callEngine(this.bus, key, 'call', { ...request, ...(term === undefined ? {} : { term }) }, { timeoutMs: 25_000 });
  }

  create(engine: TestEngine, operation: string, term: number, name = operation) {
    const body = JSON.stringify({ Image: 'busybox', Cmd: ['sleep', '600'], Labels: { 'io.baleen.operation': operation } });
    const request = { operation, term, name, platform: '', apiVersion: '', body };
    return callEngine(this.bus, engineKey(engine.address), 'create', request, { timeoutMs: 20_000 });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.monitors.values()].map((monitor) => monitor.stop()));
  }
}
