import { type Generation, Testbed, type TestEngine } from '#testing';

/** Engines of a generation each, every one with a daemon label `generation`, and busybox on all of them. */
export async function bedOf(name: string, generations: readonly Generation[]): Promise<{ bed: Testbed; engines: TestEngine[] }> {
  const bed = await Testbed.open(name);
  try {
    const engines = await Promise.all(generations.map((generation) => bed.engine({ generation, labels: { generation } })));
    await Promise.all(engines.map((engine) => engine.image()));
    return { bed, engines };
  } catch (error) {
    await bed.close();
    throw error;
  }
}
