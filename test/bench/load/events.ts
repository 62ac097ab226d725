import { openLines } from './lines.ts';
import type { EventsJob, LoadOutcome } from './load-job.ts';
import { Tally } from './tally.ts';

const timeMark = Buffer.from('"timeNano":');
/** Digits of nanoseconds since 1970, and of those the whole milliseconds. */
const [nanoDigits, milliDigits] = [19, 13];
const checkPauseMs = 50;

/** `done` counts what all subscribers heard together; a sample is the time since the engine wrote the event, ms. */
export async function loadWithEvents({ address, subscribers, expected, forMs }: EventsJob): Promise<LoadOutcome> {
  const tally = new Tally();
  const onLine = (bytes: Buffer, from: number, to: number): void => {
    const mark = bytes.subarray(from, to).indexOf(timeMark);
    // The lines of the chunks' sizes have none.
    if (mark >= 0) tally.add(nowMs() - writtenMs(bytes, from + mark + timeMark.length));
  };
  const open = () => openLines(address, '/events', { onLine, onEnd: (why) => tally.fail(`the events ended: ${why}`) });
  const ends = await Promise.all(Array.from({ length: subscribers }, open));
  while (tally.done < expected && tally.elapsedMs < forMs) await new Promise((resolve) => setTimeout(resolve, checkPauseMs));
  for (const end of ends) end();
  return tally.outcome();
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

function writtenMs(bytes: Buffer, at: number): number {
  const digits = bytes.toString('latin1', at, at + nanoDigits);
  // In two parts: one number would not hold all digits.
  return Number(digits.slice(0, milliDigits)) + Number(digits.slice(milliDigits)) / 1_000_000;
}
