import { MemoryLogModel, openMemoryLog } from '#cluster-log';
import { ManualClock } from '#testing';
import { describeLog } from './log-conformance.ts';

/** One step of simulated time, and how many of them a condition may take. */
const stepMs = 50;
const stepsMax = 2_000;

describeLog('in memory', async () => {
  const clock = new ManualClock();
  const model = new MemoryLogModel({ clock });
  return {
    clock,
    open: async () => openMemoryLog(model),
    async until(holds) {
      for (let step = 0; !holds(); step++) {
        if (step === stepsMax) throw new Error(`did not come true: ${holds.toString()}`);
        await clock.advanceSettling(stepMs);
      }
    },
    stop: () => Promise.resolve(),
  };
});
