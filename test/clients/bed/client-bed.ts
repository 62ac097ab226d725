import { inject } from 'vitest';
import { Testbed, type TestEngine } from '#testing';
import { Stack } from '../../e2e/product/stack.ts';

export type ClientBedOptions = {
  /** How many of the shared bed's engines are in the fleet: the first ones (new, old, new, new). */
  readonly engines: number;
  /** More flags of `baleen manage`, known only once the bed has an address. */
  readonly flags?: (bed: Testbed) => readonly string[];
};

/** Baleen over engines of the bed that the specs share. `close` leaves them with nothing but images. */
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
    const { name, registry } = inject('sharedBed');
    const bed = await Testbed.attach(name);
    if (bed === undefined) throw new Error(`the bed ${name} is gone`);
    const engines = bed.engines.slice(0, count);
    const discovery = `nodes://${engines.map(({ address }) => address).join(',')}`;
    const stack = await Stack.start({ discovery, flags: flags(bed), engines: count });
    return new ClientBed(bed, stack, { engines, registry });
  }

  /** Containers, own networks and volumes, as the engines themselves list them: what a session should not leave. */
  async leftOvers(): Promise<string[]> {
    const lists = await Promise.all(this.engines.map(leftOn));
    return lists.flat();
  }

  async close(): Promise<void> {
    await this.stack.stop();
    await Promise.all(this.engines.map(emptied));
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

/** A reaper lives some seconds longer than its client, and what a failed test left would fail the next spec. */
async function emptied(engine: TestEngine): Promise<void> {
  const containers = words(await engine.docker('ps', '-aq'));
  if (containers.length > 0) await engine.docker('rm', '-fv', ...containers);
  await engine.docker('network', 'prune', '-f');
  const volumes = words(await engine.docker('volume', 'ls', '-q'));
  if (volumes.length > 0) await engine.docker('volume', 'rm', ...volumes);
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
