import { type Generation, Testbed, type TestEngine, type TestRegistry } from '#testing';
import { Stack } from '../../e2e/support/stack.ts';
import { ryukArchive, ryukChanges } from './ryuk-archive.ts';

export type ClientBedOptions = {
  readonly generations: readonly Generation[];
  /** More flags of `baleen manage`, known only once the bed has an address. */
  readonly flags?: (bed: Testbed) => readonly string[];
  readonly gateways?: number;
};

const importMaxMs = 120_000;

/**
 * Baleen over real engines that pull from a mirror of the bed: it has what clients name (`busybox`, `testcontainers/ryuk`), and the engines
 * start without any image.
 */
export class ClientBed {
  readonly bed: Testbed;
  readonly stack: Stack;
  readonly registry: TestRegistry;

  private constructor(bed: Testbed, stack: Stack, registry: TestRegistry) {
    this.bed = bed;
    this.stack = stack;
    this.registry = registry;
  }

  static async open(name: string, { generations, flags = () => [], gateways = 1 }: ClientBedOptions): Promise<ClientBed> {
    const bed = await Testbed.open(name);
    try {
      const registry = await bed.registry();
      // Its socket also where every machine has it: that is what Ryuk mounts.
      const args = ['--registry-mirror', `http://${registry.address}`, '--host', 'unix:///var/run/docker.sock'];
      const engines = await Promise.all(
        generations.map((generation) => bed.engine({ generation, args, labels: { generation } })),
      );
      await fillMirror(registry, engines[0] as TestEngine);
      const stack = await Stack.start({ discovery: bed.nodesArgument, flags: flags(bed), gateways, engines: engines.length });
      return new ClientBed(bed, stack, registry);
    } catch (error) {
      await bed.close();
      throw error;
    }
  }

  get engines(): readonly TestEngine[] {
    return this.bed.engines;
  }

  /** Containers, own networks and volumes, as the engines themselves list them: what a session should not leave. */
  async leftOvers(): Promise<string[]> {
    const lists = await Promise.all(this.engines.map(leftOn));
    return lists.flat();
  }

  async close(): Promise<void> {
    await this.stack.stop();
    await this.bed.close();
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
