import { expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { DiskWatch } from './disk-watch.ts';

const mib = 1024 * 1024;

/** A look each, with so many MiB free: how often the server was asked for a write, and found stuck. */
async function sightsOf(freeMib: readonly number[], takesWrites: boolean): Promise<{ asked: number; stuck: number }> {
  const clock = new ManualClock();
  const seen = { asked: 0, stuck: 0 };
  const free = [...freeMib];
  const watch = new DiskWatch({
    freeBytes: async () => (free.shift() ?? 0) * mib,
    takesWrites: async () => {
      seen.asked += 1;
      return takesWrites;
    },
    onStuck: () => {
      seen.stuck += 1;
    },
    clock,
  });
  watch.start();
  for (const _ of freeMib) await clock.advanceSettling(2_000);
  watch.stop();
  expect(clock.pending).toBe(0);
  return seen;
}

it.each([
  ['that never was full', [1_000, 20, 1_000], false, { asked: 0, stuck: 0 }],
  ['that is full still, or nearly', [1_000, 1, 20, 1], false, { asked: 0, stuck: 0 }],
  ['that was full, and takes writes again', [1, 1_000, 1_000], true, { asked: 1, stuck: 0 }],
  ['that was full, and takes none all the same', [1, 20, 1_000, 1_000], false, { asked: 1, stuck: 1 }],
  ['that was full twice', [1, 1_000, 1, 1_000], false, { asked: 2, stuck: 2 }],
])('a nats-server on a disk %s', async (_, freeMib, takesWrites, sights) => {
  expect(await sightsOf(freeMib, takesWrites)).toEqual(sights);
});
