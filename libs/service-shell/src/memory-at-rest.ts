import { collectGarbage } from './collect-garbage.ts';

/** What a look at the process found. */
export type MemorySight = {
  readonly atMs: number;
  /** CPU time spent since the start. */
  readonly cpuMs: number;
  /** Pages that V8 holds beyond what lives on them. */
  readonly slackBytes: number;
};

const lookEveryMs = 5_000;
/** A process that does less is at rest: what a collection costs then, nobody waits for. */
const restingPart = 0.1;
/** Less is what V8 would take again at once. */
const worthBytes = 48 * 1024 * 1024;
/** This collection is a pause of 3 ms for each MiB that lives: seldom. */
const everyMs = 1_800_000;

/** Whether the memory is worth giving back now: nothing was going on between the two looks, and nothing was given back lately. */
export function isWorthGivingBack(before: MemorySight, now: MemorySight, givenBackAtMs: number | undefined): boolean {
  if (now.slackBytes < worthBytes) return false;
  if (givenBackAtMs !== undefined && now.atMs - givenBackAtMs < everyMs) return false;
  return now.cpuMs - before.cpuMs < (now.atMs - before.atMs) * restingPart;
}

/**
 * Gives memory back to the machine when the process has come to rest. V8 keeps the pages that it took for the garbage of a start or of a burst: as much again as
 * what lives. From now on, until the process ends.
 */
export function giveBackMemoryAtRest(): void {
  let before = sight();
  let givenBackAtMs: number | undefined;
  const look = () => {
    const now = sight();
    if (isWorthGivingBack(before, now, givenBackAtMs)) {
      givenBackAtMs = now.atMs;
      collectGarbage({ type: 'major', execution: 'async', flavor: 'last-resort' });
    }
    before = now;
  };
  setInterval(look, lookEveryMs).unref();
}

function sight(): MemorySight {
  const { user, system } = process.cpuUsage();
  const { heapTotal, heapUsed } = process.memoryUsage();
  return { atMs: performance.now(), cpuMs: (user + system) / 1_000, slackBytes: heapTotal - heapUsed };
}
