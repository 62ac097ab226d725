import { Testbed, whyNoEngines } from '#testing';
import type { BenchCase } from '../bench-case.ts';
import { engineRows } from '../streams/real-engine.ts';
import { relayRows } from '../streams/relay-alone.ts';
import { simulatedSessionRows } from '../streams/sessions.ts';
import { started } from '../streams/stream-comparison.ts';
import { tunnelRows } from '../streams/tunnelled.ts';
import { imageRows } from '../streams/whole-images.ts';

export const streamsBench: BenchCase = {
  about: 'bytes, logs, sessions and loads through the relay and the tunnel, against a real engine asked directly (Linux, root)',
  async *run() {
    const daemon = await started('./bulk-daemon.process.ts');
    yield* relayRows(daemon.address);
    yield* tunnelRows(daemon.address);
    daemon.process.kill();
    yield* simulatedSessionRows();
    const reason = whyNoEngines();
    if (reason !== undefined) throw new Error(reason);
    const bed = await Testbed.open('bench-streams');
    try {
      const engine = await bed.engine({ generation: 'new' });
      await engine.image();
      yield* engineRows(engine);
      yield* imageRows(bed);
    } finally {
      await bed.close();
    }
  },
};
