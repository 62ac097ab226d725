import { type Generation, Testbed, type TestEngine, type TestRegistry } from '#testing';
import { Stack } from '../../e2e/product/stack.ts';
import { ryukArchive, ryukChanges } from './ryuk-archive.ts';

const generations: readonly Generation[] = ['new', 'old', 'new', 'new'];
const importMaxMs = 120_000;

export type ClientBedOptions = {
  /** At most four: new, old, new, new. */
  readonly engines: number;
  /** More flags of `baleen manage`, known only once the bed has an address. */
  readonly flags?: (bed: Testbed) => readonly string[];
};

/** Baleen over engines that pull from a mirror of the bed, which has what clients name (`busybox`, `testcontainers/ryuk`). */
export class ClientBed {
  readonly bed: Testbed;
  readonly stack: Stack;
  readonly engines: readonly TestEngine[];
  /** `ip:port` of a registry that the engines trust and pull from. */
  readonly registry: string;

  private constructor(bed: Testbed, stack: Stack, { engines, registry }: Pick<ClientBed, 'engines' | 'registry'>) {
    this.bed = bed;
    this.stack = stack;
    this.engines = engines;
    this.registry = registry;
  }

  static async open({ engines: count, flags = () => [] }: ClientBedOptions): Promise<ClientBed> {
    const bed = await Testbed.open('clients');
    try {
      const registry = await bed.registry();
      // Its socket also where every machine has it: that is what Ryuk mounts.
      const args = ['--registry-mirror', `http://${registry.address}`, '--host', 'unix:///var/run/docker.sock'];
      const kinds = generations.slice(0, count);
      const engines = await Promise.all(kinds.map((generation) => bed.engine({ generation, args, labels: { generation } })));
      await fillMirror(registry, engines[0] as TestEngine);
      const stack = await Stack.start({ discovery: bed.nodesArgument, flags: flags(bed), engines: count });
      return new ClientBed(bed, stack, { engines, registry: registry.address });
    } catch (error) {
      await bed.close();
      throw error;
    }
  }

  /** Containers, own networks and volumes, as the engines themselves list them: what a session should not leave. */
  async leftOvers(): Promise<string[]> {
    const lists = await Promise.all(this.engines.map(leftOn));
    return lists.flat();
  }

  async close(): Promise<void> {
    await Promise.all([this.stack.stop(), this.bed.close()]);
  }
}

async function leftOn(engine: TestEngine): Promise<string[]> {
  const listed = await Promise.all([
    engine.docker('ps', '-a', '--format', 'container {{.Names}}'),
    engine.docker('network', 'ls', '--filter', 'type=custom', '--format', 'network {{.Name}}'),
    engine.docker('volume', 'ls', '--format', 'volume {{.Name}}'),
  ]);
  return listed.flatMap((text) => text.split('\n').filter((line) => line !== '')).map((line) => `${engine.name}: ${line}`);
}

/** By way of one engine, which keeps none of it. */
async function fillMirror(registry: TestRegistry, engine: TestEngine): Promise<void> {
  await engine.image();
  await registry.push(engine, 'busybox', 'library/busybox:latest');
  const options = ryukChanges.flatMap((change) => ['--change', change]);
  await engine.dockerWith({ timeoutMs: importMaxMs }, 'import', ...options, await ryukArchive(), 'ryuk');
  await registry.push(engine, 'ryuk', 'testcontainers/ryuk:0.14.0');
  await engine.docker('rmi', 'ryuk', 'busybox');
}
