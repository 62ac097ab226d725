import { engineKey, subjects } from '#contracts';
import { SeededRandom } from '#testing';
import { Checker } from '../check/checker.ts';
import { SimClock } from '../kernel/sim-clock.ts';
import { SimNetwork } from '../kernel/sim-network.ts';
import { SimProcess } from '../kernel/sim-process.ts';
import { SimEngine } from './sim-engine.ts';
import { SimGateway } from './sim-gateway.ts';
import { isDefect, simLogger } from './sim-logger.ts';
import { startSimMonitor } from './sim-monitor.ts';
import { startScheduler } from './sim-scheduler.ts';

export type Role = 'gateway' | 'scheduler' | 'monitor';
export type Size = { readonly [R in Role]: number } & { readonly engines: number };

/** A process that is kept running: restarted under a new id after each death. */
export type Seat = {
  readonly role: Role;
  readonly name: string;
  lives: number;
  process: SimProcess | undefined;
  service: { stop(): Promise<void> } | undefined;
  isStopping: boolean;
};

export const engineMemoryBytes = 1_000;
/** A process told to stop politely is killed after this, as by its supervisor. */
const stopMaxMs = 5_000;

/** Everything of one seed: processes, network, engines and time. */
export class World {
  readonly clock = new SimClock();
  readonly network: SimNetwork;
  readonly engines: readonly SimEngine[];
  readonly seats: readonly Seat[];
  readonly checker: Checker;
  readonly trace: string[] = [];
  readonly #random: SeededRandom;

  constructor(seed: number, size: Size) {
    this.#random = new SeededRandom(seed * 4 + 1);
    this.network = new SimNetwork(this.clock, new SeededRandom(seed * 4 + 2));
    this.checker = new Checker(
      () => this.engines,
      (line) => this.note(line),
    );
    this.engines = Array.from({ length: size.engines }, (_, index) => this.#engine(index + 1));
    this.seats = (['scheduler', 'monitor', 'gateway'] as const).flatMap((role) =>
      Array.from({ length: size[role] }, (_, index) => ({
        role,
        name: `${role}-${index + 1}`,
        lives: 0,
        process: undefined,
        service: undefined,
        isStopping: false,
      })),
    );
  }

  note(line: string): void {
    this.trace.push(`${String(Math.round(this.clock.monotonicMs())).padStart(7)} ${line}`);
  }

  /** Writes the members, as discovery does. */
  discover(): void {
    for (const { key, address } of this.engines)
      void this.network.log.append(subjects.member(key), Buffer.from(JSON.stringify({ key, address, source: 'nodes' })));
  }

  start(seat: Seat): void {
    if (seat.process !== undefined) return;
    seat.lives += 1;
    const process = new SimProcess(`${seat.name}-${seat.lives}`, this.clock);
    seat.process = process;
    const logger = simLogger((level, text, error) => {
      if (process.isDead) return;
      if (isDefect(error)) this.checker.violated(`defect in ${process.name}: ${text}: ${String((error as Error).stack)}`);
      else this.note(`${process.name} ${level}: ${text}${error instanceof Error ? `: ${error.message}` : ''}`);
    });
    const parts = { network: this.network, randomness: this.#random, logger };
    if (seat.role === 'scheduler') seat.service = startScheduler(process, parts);
    else if (seat.role === 'monitor')
      seat.service = startSimMonitor(process, { ...parts, engineAt: (address) => this.#engineAt(address) });
    else seat.service = new SimGateway(process, parts);
    this.note(`${process.name} starts`);
  }

  kill(seat: Seat): void {
    if (seat.process === undefined) return;
    this.note(`${seat.process.name} is killed`);
    seat.process.kill();
    seat.process = undefined;
    seat.service = undefined;
    seat.isStopping = false;
  }

  /** SIGTERM: time to hand over, then the end. */
  stop(seat: Seat): void {
    const { process, service } = seat;
    if (process?.isRunning !== true || service === undefined) return;
    this.note(`${process.name} is told to stop`);
    seat.isStopping = true;
    const end = () => {
      if (seat.process === process) this.kill(seat);
    };
    void service.stop().then(end);
    this.clock.after(stopMaxMs, end);
  }

  gateways(): SimGateway[] {
    return this.seats.flatMap(({ service }) => (service instanceof SimGateway ? [service] : []));
  }

  #engine(number: number): SimEngine {
    const address = `10.0.0.${number}:2375`;
    return new SimEngine(
      { key: engineKey(address), address, name: `node-${number}`, memoryBytes: engineMemoryBytes },
      {
        clock: this.clock,
        random: this.#random,
        hooks: {
          onCreated: (engine, container) => this.checker.created(engine, container),
          onRenamed: (engine, container) => this.checker.renamed(engine, container),
        },
      },
    );
  }

  #engineAt(address: string): SimEngine {
    const engine = this.engines.find((one) => one.address === address);
    if (engine === undefined) throw new Error(`no engine at ${address}`);
    return engine;
  }
}
