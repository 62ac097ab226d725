import type { TestProject } from 'vitest/node';
import { type Generation, Testbed, type TestEngine, type TestRegistry } from '#testing';
import { ryukArchive, ryukChanges } from './ryuk-archive.ts';

/** How a spec finds the bed that all of them use, one after the other. */
export type SharedBed = {
  readonly name: string;
  /** `ip:5000` of its mirror, which is also a registry. */
  readonly registry: string;
};

declare module 'vitest' {
  interface ProvidedContext {
    readonly sharedBed: SharedBed;
  }
}

const generations: readonly Generation[] = ['new', 'old', 'new', 'new'];
const importMaxMs = 120_000;

/**
 * Vitest's global set-up of the project: engines that pull from a mirror of the bed, which has what clients name (`busybox`,
 * `testcontainers/ryuk`). Booting and filling them takes longer than most specs, hence once.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const bed = await Testbed.open(`clients-${process.pid}`, { lasting: true, ownerPid: process.pid });
  try {
    const registry = await bed.registry();
    // Its socket also where every machine has it: that is what Ryuk mounts.
    const args = ['--registry-mirror', `http://${registry.address}`, '--host', 'unix:///var/run/docker.sock'];
    const engines = await Promise.all(generations.map((generation) => bed.engine({ generation, args, labels: { generation } })));
    await fillMirror(registry, engines[0] as TestEngine);
    project.provide('sharedBed', { name: bed.name, registry: registry.address });
  } catch (error) {
    await bed.close();
    throw error;
  }
  return () => bed.close();
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
