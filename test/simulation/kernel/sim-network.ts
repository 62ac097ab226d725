import { type BusDelivery, type ClusterBus, MemoryBusModel, type MessageFate, openMemoryBus } from '#cluster-bus';
import { type AppendFate, type ClusterLog, type LogEntry, MemoryLogModel, openMemoryLog } from '#cluster-log';
import { subjectMatches } from '#contracts';
import { type SeededRandom, singleRecords } from '#testing';
import type { SimClock } from './sim-clock.ts';
import type { SimProcess } from './sim-process.ts';

/** How bad the network is just now: parts of all messages. */
export type Weather = {
  /** Core NATS messages lost, both ways. */
  readonly lost: number;
  readonly late: number;
  readonly lateMaxMs: number;
  /** Requests that arrive twice. */
  readonly doubled: number;
  /** Writes to the log lost on their way, and written with their answer lost. */
  readonly writesLost: number;
  readonly answersLost: number;
};

export const calm: Weather = { lost: 0, late: 0, lateMaxMs: 0, doubled: 0, writesLost: 0, answersLost: 0 };

/** NATS of a world: the models of log and bus, with faults by the seed, and for each process its own way there. */
export class SimNetwork {
  weather: Weather = calm;
  readonly logModel: MemoryLogModel;
  readonly busModel: MemoryBusModel;
  /** Not cut off, paused or lossy: what the simulation itself reads and writes by. */
  readonly log: ClusterLog;
  readonly #random: SeededRandom;

  constructor(clock: SimClock, random: SeededRandom) {
    this.#random = random;
    this.logModel = new MemoryLogModel({ clock, fateOf: ({ handle }) => this.#fateOfWrite(handle) });
    this.busModel = new MemoryBusModel({ clock, fateOf: () => this.#fateOfMessage() });
    this.log = openMemoryLog(this.logModel, 'world');
  }

  cut(process: SimProcess): void {
    this.logModel.disconnect(process.name);
    this.busModel.disconnect(process.name);
  }

  mend(process: SimProcess): void {
    if (process.isDead) return;
    this.logModel.reconnect(process.name);
    this.busModel.reconnect(process.name);
  }

  /** The log as this process has it. */
  /** The newest entry of each matching subject that is an engine's object, deletions included: what whoever follows from now on is told. */
  newestOf(pattern: string): LogEntry[] {
    const newest = new Map<string, LogEntry>();
    const written = this.logModel.since([pattern, 'batch.>'], 0).filter(({ makesRoom }) => !makesRoom);
    for (const entry of written.flatMap(singleRecords)) {
      const known = newest.get(entry.subject)?.sequence ?? 0;
      if (subjectMatches(pattern, entry.subject) && entry.sequence >= known) newest.set(entry.subject, entry);
    }
    return [...newest.values()];
  }

  logOf(process: SimProcess): ClusterLog {
    const model = this.logModel;
    process.onKilled(() => this.logModel.disconnect(process.name));
    const view: Pick<MemoryLogModel, keyof MemoryLogModel> = {
      clock: process.clock,
      defer: (delivery) => process.defer(delivery, this.#lagOf(process)),
      fateOf: model.fateOf,
      get incarnation() {
        return model.incarnation;
      },
      get lastSequence() {
        return model.lastSequence;
      },
      write: (write) => model.write(write),
      last: (subject) => model.last(subject),
      since: (patterns, sequence) => model.since(patterns, sequence),
      tap: (patterns, onEntry) => {
        const stop = model.tap(patterns, onEntry);
        const forget = process.onKilled(stop);
        return () => {
          forget();
          stop();
        };
      },
      continues: (position) => model.continues(position),
      isConnected: (handle) => model.isConnected(handle),
      disconnect: (handle) => model.disconnect(handle),
      reconnect: (handle) => model.reconnect(handle),
      loseEverything: () => model.loseEverything(),
      onConnection: (handle, listener) => model.onConnection(handle, (isUp) => process.enter(() => listener(isUp))),
    };
    // The class has private parts that the handle never touches.
    return openMemoryLog(view as MemoryLogModel, process.name);
  }

  /** The bus as this process has it. */
  busOf(process: SimProcess): ClusterBus {
    const model = this.busModel;
    process.onKilled(() => model.disconnect(process.name));
    const view: Pick<MemoryBusModel, keyof MemoryBusModel> = {
      clock: process.clock,
      logger: undefined,
      register: (receiver) => {
        const stop = model.register({ ...receiver, receive: (delivery) => process.enter(() => receiver.receive(delivery)) });
        const forget = process.onKilled(stop);
        return () => {
          forget();
          stop();
        };
      },
      deliver: (subject, delivery) => {
        const reached = model.deliver(subject, this.#replyingInto(process, delivery));
        // "Nobody listens" is an answer as well, and a paused or dead process hears none.
        return process.isRunning ? reached : 1;
      },
      transmit: (message, arrive) => {
        if (process.isDead) return;
        model.transmit(message, arrive);
        if (message.kind === 'request' && this.#random.chance(this.weather.doubled)) model.transmit(message, arrive);
      },
      isConnected: (handle) => model.isConnected(handle),
      disconnect: (handle) => model.disconnect(handle),
      reconnect: (handle) => model.reconnect(handle),
      onConnection: (handle, listener) => model.onConnection(handle, (isUp) => process.enter(() => listener(isUp))),
    };
    return openMemoryBus(view as MemoryBusModel, process.name);
  }

  #replyingInto(process: SimProcess, delivery: BusDelivery): BusDelivery {
    return { ...delivery, reply: (payload) => process.enter(() => delivery.reply(payload)) };
  }

  #lagOf(process: SimProcess): number {
    return process.lagMaxMs === 0 ? 0 : this.#random.between(0, process.lagMaxMs);
  }

  #fateOfWrite(handle: string): AppendFate {
    if (handle === 'world') return 'deliver';
    if (this.#random.chance(this.weather.writesLost)) return 'lose-request';
    return this.#random.chance(this.weather.answersLost) ? 'lose-reply' : 'deliver';
  }

  #fateOfMessage(): MessageFate {
    if (this.#random.chance(this.weather.lost)) return 'lose';
    if (this.#random.chance(this.weather.late)) return { delayMs: this.#random.between(1, this.weather.lateMaxMs) };
    return 'deliver';
  }
}
