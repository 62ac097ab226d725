import { ClusterBusServer, callScheduler, MemoryBusModel, openMemoryBus, type SchedulerCall } from '#cluster-bus';
import { type AppendFate, KeysInLog, MemoryLogModel, openMemoryLog } from '#cluster-log';
import {
  BaleenError,
  type ContainerFacts,
  DecisionRecord,
  decodeRecord,
  defaultClusterOptions,
  type EngineRecord,
  encodeObject,
  encodeRecord,
  filterNames,
  type NodeRecord,
  type SchedulerReply,
  type SchedulerVerb,
  schedulerCommands,
  subjects,
} from '#contracts';
import { type Randomness, silentLogger } from '#service-shell';
import { ManualClock } from '#testing';
import { placementJudge } from './decisions/placement-judge.ts';
import { engineRecord } from './fleet/fleet.builders.ts';
import type { PublishSettings } from './ports/gateway-ports.ts';
import { SchedulerController } from './scheduler.controller.ts';
import { Scheduler } from './scheduler.ts';
import { SchedulerDesk } from './scheduler-desk.ts';

export const leaseTtlMs = 2_000;

export const steadyRandomness: Randomness = { hex: (bytes) => '0'.repeat(bytes * 2), fraction: () => 0.5 };

/** A fleet in memory: the log, the bus, and as many schedulers as a test starts. */
export class TestFleet {
  readonly clock = new ManualClock();
  readonly publish: PublishSettings;
  /** What becomes of appends of the handle of that name, from now on. */
  readonly fates = new Map<string, AppendFate>();
  readonly logModel = new MemoryLogModel({ clock: this.clock, fateOf: ({ handle }) => this.fates.get(handle) ?? 'deliver' });
  readonly busModel = new MemoryBusModel({ clock: this.clock });
  readonly log = openMemoryLog(this.logModel, 'test');
  readonly bus = openMemoryBus(this.busModel, 'test');

  constructor(publish: PublishSettings = { publish: 'auto', publishPorts: { from: 61_000, to: 61_009 } }) {
    this.publish = publish;
  }

  /** A running scheduler process of that name. */
  async scheduler(instance: string): Promise<Scheduler> {
    const bus = openMemoryBus(this.busModel, instance);
    const desk = new SchedulerDesk();
    const server = new ClusterBusServer(bus);
    const controller = new SchedulerController(desk);
    for (const verb of Object.keys(schedulerCommands) as SchedulerVerb[])
      server.addHandler(subjects.schedulerCommand(verb), (payload) => controller[verb](payload));
    const log = openMemoryLog(this.logModel, instance);
    const scheduler = new Scheduler({
      log,
      orderKeys: new KeysInLog(log, steadyRandomness),
      bus,
      desk,
      door: server,
      judgeOf: (ledger) =>
        placementJudge(
          ledger,
          {
            strategy: 'spread',
            filters: filterNames,
            clusterOpts: { ...defaultClusterOptions, overcommit: 0 },
            publish: this.publish.publish,
          },
          steadyRandomness,
        ),
      usage: defaultClusterOptions,
      publish: this.publish,
      leaseTtlMs,
      clock: this.clock,
      randomness: steadyRandomness,
      logger: silentLogger(),
      instance,
    });
    const started = scheduler.start();
    await this.pass(50);
    await started;
    await this.pass(50);
    return scheduler;
  }

  /** Time passes, and everything that follows from it happens. */
  async pass(ms = 0): Promise<void> {
    await this.clock.advanceSettling(ms);
  }

  /** The answer, or the failure as value. */
  async ask<V extends SchedulerVerb>(verb: V, request: SchedulerCall<V>): Promise<SchedulerReply<V> | BaleenError> {
    const asked = callScheduler(this.bus, verb, request, { timeoutMs: 1_000 }).catch((error: unknown) => {
      if (error instanceof BaleenError) return error;
      throw error;
    });
    await this.pass(20);
    return asked;
  }

  async engine(key: string, given: Partial<EngineRecord> = {}): Promise<void> {
    await this.write(subjects.member(key), { key, address: `${key}:2375`, source: 'nodes' });
    await this.write(subjects.engineInfo(key), engineRecord(key, given));
  }

  async node(record: NodeRecord): Promise<void> {
    await this.write(subjects.node(record.key), record);
  }

  async container(key: string, facts: ContainerFacts, epoch = 1): Promise<void> {
    const payload = encodeObject({ epoch, facts, summary: Buffer.from('{}') });
    const written = this.log.append(subjects.container(key, facts.id), payload);
    await this.pass();
    await written;
  }

  async write(subject: string, record: object): Promise<void> {
    const written = this.log.append(subject, encodeRecord(record));
    await this.pass();
    await written;
  }

  /** Reservations in the log. */
  reservations(): string[] {
    const live = this.logModel.since(['reservation.*'], 0).filter((entry) => entry.payload !== undefined);
    return live.map((entry) => entry.subject.replace('reservation.', ''));
  }

  /** Decisions in the log. */
  decisions(): DecisionRecord[] {
    const live = this.logModel.since(['decision.*'], 0).flatMap(({ payload }) => (payload === undefined ? [] : [payload]));
    return live.map((payload) => decodeRecord(DecisionRecord, payload));
  }
}
