import type { Clock } from '#service-shell';
import type { FaultRule } from '../faults/fault-rule.ts';
import { runStorm, type Storm } from './event-storm.ts';
import { type FleetRequests, summed } from './request-counts.ts';
import { SimulatedEngine } from './simulated-engine.ts';

export type FleetOptions = {
  readonly engines: number;
  /** On each engine. */
  readonly containers: number;
  /** On each engine, the same everywhere; default 20. */
  readonly images?: number;
  /** Decides ids, names, states and faults; default 1. */
  readonly seed?: number;
  /** The first engine's port, the others follow; default: free ones. */
  readonly portBase?: number;
};

/** Which engines, by their places among the addresses. */
export type WhichEngines = 'all' | readonly number[];

const imagesDefault = 20;
const seedDefault = 1;

/** Simulated engines in this process. */
export class EngineHost {
  readonly engines: readonly SimulatedEngine[];
  readonly #clock: Clock;

  private constructor(engines: readonly SimulatedEngine[], clock: Clock) {
    this.engines = engines;
    this.#clock = clock;
  }

  static async open(options: FleetOptions, clock: Clock): Promise<EngineHost> {
    const { containers, images = imagesDefault, seed = seedDefault, portBase } = options;
    const engines: SimulatedEngine[] = [];
    for (let number = 0; number < options.engines; number++) {
      const port = portBase === undefined ? 0 : portBase + number;
      engines.push(await SimulatedEngine.open({ seed, number, containers, images, clock, port }));
    }
    return new EngineHost(engines, clock);
  }

  /** `127.0.0.1:port`, one an engine. */
  get addresses(): readonly string[] {
    return this.engines.map(({ address }) => address);
  }

  requests(): FleetRequests {
    return summed(this.engines.map(({ counts }) => counts));
  }

  /** Resolves once the last event is told. */
  storm(storm: Storm): Promise<void> {
    return runStorm(this.#engine(storm.engine ?? 0).served, this.#clock, storm);
  }

  fault(which: WhichEngines, rule: FaultRule): void {
    for (const engine of this.#chosen(which)) engine.fault(rule);
  }

  async refuse(which: WhichEngines): Promise<void> {
    await Promise.all(this.#chosen(which).map((engine) => engine.refuse()));
  }

  async heal(which: WhichEngines): Promise<void> {
    await Promise.all(this.#chosen(which).map((engine) => engine.heal()));
  }

  async restart(which: WhichEngines, downMs: number): Promise<void> {
    await Promise.all(this.#chosen(which).map((engine) => engine.restart(downMs)));
  }

  async close(): Promise<void> {
    await this.refuse('all');
  }

  #chosen(which: WhichEngines): readonly SimulatedEngine[] {
    return which === 'all' ? this.engines : which.map((number) => this.#engine(number));
  }

  #engine(number: number): SimulatedEngine {
    const engine = this.engines[number];
    if (engine === undefined) throw new RangeError(`there is no engine ${number}: there are ${this.engines.length}`);
    return engine;
  }
}
