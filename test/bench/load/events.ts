import { openLines } from './lines.ts';
import type { EventsJob, LoadOutcome } from './load-job.ts';
import { Tally } from './tally.ts';

const timeMark = Buffer.from('"timeNano":');
const zero = 48;
/** Digits of nanoseconds since 1970, and of those the whole milliseconds. */
const [nanoDigits, milliDigits] = [19, 13];
const checkPauseMs = 50;

/** `done` counts what all subscribers heard together; a sample is the time since the engine wrote the event, ms. */
export async function loadWithEvents({ address, subscribers, expected, forMs }: EventsJob): Promise<LoadOutcome> {
  const tally = new Tally();
  const onLine = (bytes: Buffer, from: number, to: number): void => {
    // From behind: only the node follows. The lines of the chunks' sizes have none.
    const mark = to - from < timeMark.length ? -1 : bytes.lastIndexOf(timeMark, to - timeMark.length);
    if (mark >= from) tally.add(nowMs() - writtenMs(bytes, mark + timeMark.length));
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
  // In two parts: one number would not hold all digits.
  return numberAt(bytes, at, at + milliDigits) + numberAt(bytes, at + milliDigits, at + nanoDigits) / 1_000_000;
}

function numberAt(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + (bytes[at] ?? 0) - zero;
  return value;
}
