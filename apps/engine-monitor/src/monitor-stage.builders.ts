import { callEngine, MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { type AppendFate, MemoryLogModel, openMemoryLog } from '#cluster-log';
import { decodeObject, EngineRecord, engineKey, subjects } from '#contracts';
import { silentLogger } from '#service-shell';
import { ManualClock, singleRecords } from '#testing';
import { defaultEngineSettings } from './engine-actor/engine-settings.ts';
import { ModelEngine } from './engine-actor/model-engine.builders.ts';
import { RequestCounts } from './engine-actor/request-counts.ts';
import { startMonitor } from './engine-monitor.ts';

/** The model engine's. */
const address = '10.0.0.1:2375';
export const key = engineKey(address);
export const leaseTtlMs = 2_000;

/** A cluster in memory with one model engine; time moves only with `pass`. */
export class MonitorStage {
  readonly clock = new ManualClock();
  /** What becomes of appends. */
  logFate: AppendFate = 'deliver';
  readonly model = new MemoryLogModel({ clock: this.clock, fateOf: () => this.logFate });
  readonly busModel = new MemoryBusModel({ clock: this.clock });
  readonly log = openMemoryLog(this.model, 'spec');
  readonly bus = openMemoryBus(this.busModel, 'spec');
  readonly engine = new ModelEngine();
  readonly requests = new RequestCounts();
  readonly records = new Map<string, Uint8Array>();
  readonly monitors: ReturnType<typeof startMonitor>[] = [];

  constructor() {
    this.log.follow(['>'], {
      onEntry: (entry) => {
        for (const { subject, payload } of singleRecords(entry)) {
          if (payload === undefined) this.records.delete(subject);
          else this.records.set(subject, payload);
        }
      },
      onReset: () => this.records.clear(),
    });
  }

  monitor(instance: string) {
    const monitor = startMonitor({
      log: openMemoryLog(this.model, instance),
      bus: openMemoryBus(this.busModel, instance),
      clock: this.clock,
      randomness: { hex: () => 'ff', fraction: () => 0.5 },
      logger: silentLogger(),
      instance,
      settings: defaultEngineSettings,
      leaseTtlMs,
      connect: () => this.engine.connection(),
      requests: this.requests,
    });
    this.monitors.push(monitor);
    return monitor;
  }

  /** Actions of the events that are passed on from now on. */
  events(): string[] {
    const actions: string[] = [];
    this.bus.subscribe(subjects.event(key), (_subject, payload) => {
      actions.push((JSON.parse(Buffer.from(payload).toString()) as { Action: string }).Action);
    });
    return actions;
  }

  async list(): Promise<void> {
    const member = Buffer.from(JSON.stringify({ key, address, source: 'nodes' }));
    await this.log.append(subjects.member(key), member);
    await this.log.append(subjects.barrier('discovery'), Buffer.from('{}'));
  }

  pass(ms: number): Promise<void> {
    return this.clock.advanceSettling(ms);
  }

  get info(): EngineRecord | undefined {
    const payload = this.records.get(subjects.engineInfo(key));
    return payload === undefined ? undefined : EngineRecord.parse(JSON.parse(Buffer.from(payload).toString()));
  }

  /** Containers in the log: `name state`. */
  get containers(): string[] {
    const payloads = [...this.records].filter(([subject]) => subject.startsWith(subjects.container(key, '')));
    return payloads
      .map(([, payload]) => decodeObject('container', payload).facts)
      .map(({ names, state }) => `${names[0]} ${state}`);
  }

  /** Requests to the engine so far, but for pings. */
  get asked(): number {
    return this.requests
      .metric()
      .samples.filter(({ labels }) => labels['kind'] !== 'ping')
      .reduce((sum, { value }) => sum + value, 0);
  }

  start(container: string, mayAnswerEarly = false) {
    const path = `/containers/${container}/start`;
    const request = {
      method: 'POST',
      path,
      apiVersion: '',
      touched: { containers: [container] },
      timeoutMs: 1_000,
      mayAnswerEarly,
    };
    return callEngine(this.bus, key, 'call', request, { timeoutMs: 10_000 });
  }

  create(operation: string, term: number, apiVersion = '', isAgain = true, mayAnswerEarly = false) {
    const body = JSON.stringify({ Labels: { 'io.baleen.operation': operation } });
    const request = { operation, isAgain, term, name: operation, platform: '', apiVersion, body, mayAnswerEarly };
    return callEngine(this.bus, key, 'create', request, { timeoutMs: 10_000 });
  }
}

/** With a monitor that watches the engine, on which `web` runs. */
export async function watching(): Promise<MonitorStage> {
  const stage = new MonitorStage();
  stage.engine.run('web');
  await stage.list();
  stage.monitor('m1');
  await stage.pass(500);
  return stage;
}
