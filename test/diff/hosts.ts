import { Testbed, type TestEngine } from '#testing';
import { Stack } from '../e2e/product/stack.ts';
import type { FleetSize, Generation } from './list/difference-list.ts';
import { type Scenario, Session } from './session.ts';
import type { Transcript } from './transcript.ts';

const engineCounts: Readonly<Record<FleetSize, number>> = { one: 1, three: 3 };

/** Engines of one generation: a bare one, and others that Baleen is put over. */
export class DiffBed {
  readonly bed: Testbed;
  readonly bare: TestEngine;
  readonly #others: readonly TestEngine[];

  static async open(generation: Generation, fleet: FleetSize): Promise<DiffBed> {
    const bed = await Testbed.open(`diff-${generation}`);
    try {
      const bootOne = () => bed.engine({ generation });
      const bare = await bootOne();
      const others = await Promise.all(Array.from({ length: engineCounts[fleet] }, bootOne));
      await Promise.all([bare, ...others].map((engine) => engine.image()));
      return new DiffBed(bed, bare, others);
    } catch (error) {
      await bed.close();
      throw error;
    }
  }

  private constructor(bed: Testbed, bare: TestEngine, others: readonly TestEngine[]) {
    this.bed = bed;
    this.bare = bare;
    this.#others = others;
  }

  /** Baleen over all but the bare one. */
  baleen(): Promise<Stack> {
    const discovery = `nodes://${this.#others.map(({ address }) => address).join(',')}`;
    return Stack.start({ discovery, engines: this.#others.length });
  }

  /** Runs a scenario at an address. */
  async transcript(address: string, name: string, scenario: Scenario): Promise<Transcript> {
    const session = new Session(address, this.bed.dockerConfig);
    try {
      await scenario(session);
      return { scenario: name, steps: session.steps };
    } finally {
      session.close();
    }
  }

  close(): Promise<void> {
    return this.bed.close();
  }
}

/** `ip:port` of a stack's gateway. */
export function addressOf(stack: Stack): string {
  return new URL(stack.url()).host;
}
