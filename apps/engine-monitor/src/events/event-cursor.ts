import { type EventMark, EventMemory, eventMark, eventsRememberedMax } from '#docker-api';

/** A stream begins again this much before the last event: daemons do not number events, and tell those of one moment in any order. */
const overlapNs = 1_000_000_000n;
/** A daemon remembers this many events (moby daemon/events/events.go, eventsLimit) and forgets all with its process. */
const historyMax = 256;
/** What a daemon remembers it tells with the head of the stream; an older time after this means that its clock was set back. */
const replayMaxMs = 2_000;
const nsPerMs = 1_000_000n;

/** One event that was not passed on before. */
export type Arrival = {
  readonly line: Buffer;
  readonly timeNs: bigint | undefined;
  /** Monotonic ms when it happened, for an event from before the stream was open; `undefined` = it happens now. */
  readonly happenedMs: number | undefined;
};

/** The stream that is open. */
type Opened = {
  /** The daemon's clock then, in whole seconds as HTTP says it. */
  readonly clockNs: bigint | undefined;
  readonly atMs: number;
  /** Up to where events had been passed on. */
  readonly fromNs: bigint | undefined;
  /** Some of those are remembered, so one of them is to be repeated. */
  readonly knowsEvents: boolean;
  /** Events of it so far. */
  told: number;
  /** It has reached back to what was passed on, so nothing is missing; or that something is has been said. */
  isJoined: boolean;
};

/**
 * Where one engine's events are read on from, and which of them are known: each is let through once, over any number of streams.
 * Pure but for what it remembers.
 */
export class EventCursor {
  readonly #memory = new EventMemory(eventsRememberedMax);
  readonly #onGap: () => void;
  #passedOnNs: bigint | undefined;
  #opened: Opened | undefined;

  /** `passedOnNs`: up to where an earlier owner passed events on. `onGap` hears that some may be missing, once a stream. */
  constructor(passedOnNs: bigint | undefined, onGap: () => void) {
    this.#passedOnNs = passedOnNs;
    this.#onGap = onGap;
  }

  /** Time of the last event passed on by the daemon's clock, or when the first stream was opened; `undefined` before. */
  get passedOnNs(): bigint | undefined {
    return this.#passedOnNs;
  }

  /** From where the next stream is to be opened. */
  get sinceNs(): bigint | undefined {
    if (this.#passedOnNs === undefined) return undefined;
    return this.#passedOnNs > overlapNs ? this.#passedOnNs - overlapNs : 0n;
  }

  /** A stream from `sinceNs` on is open. */
  opened(clockNs: bigint | undefined, nowMs: number): void {
    const fromNs = this.#passedOnNs;
    const knowsEvents = !this.#memory.isEmpty;
    this.#opened = { clockNs, atMs: nowMs, fromNs, knowsEvents, told: 0, isJoined: fromNs === undefined };
    if (clockNs === undefined) return;
    // A clock that was set back would not come past the old time for long.
    if (fromNs === undefined || fromNs > clockNs + overlapNs) this.#passedOnNs = clockNs;
  }

  /** The next line of the stream; `undefined` = it is known. */
  arrive(line: Buffer, nowMs: number): Arrival | undefined {
    const mark = markOf(line);
    if (mark === undefined) return { line, timeNs: undefined, happenedMs: undefined };
    const isNew = this.#memory.isNew(mark.key);
    const happenedMs = this.#happenedMs(mark.timeNs, nowMs);
    this.#join(mark.timeNs, isNew, happenedMs !== undefined);
    return isNew ? { line, timeNs: mark.timeNs, happenedMs } : undefined;
  }

  passedOn({ timeNs }: Arrival): void {
    if (timeNs !== undefined) this.#passedOnNs = timeNs;
  }

  #happenedMs(timeNs: bigint, nowMs: number): number | undefined {
    const opened = this.#opened;
    if (opened?.clockNs === undefined || timeNs >= opened.clockNs) return undefined;
    if (nowMs - opened.atMs > replayMaxMs || opened.told >= historyMax) return undefined;
    return opened.atMs - Number((opened.clockNs - timeNs) / nsPerMs);
  }

  /** An earlier owner's events are not remembered: of them only a full history that does not reach back shows a gap. */
  #join(timeNs: bigint, isNew: boolean, isRepeated: boolean): void {
    const opened = this.#opened;
    if (opened === undefined) return;
    opened.told += 1;
    if (opened.isJoined || opened.fromNs === undefined) return;
    const reachesBack = !isNew || timeNs <= opened.fromNs;
    const isMissed = opened.knowsEvents || (isRepeated && opened.told >= historyMax);
    if (!reachesBack && isMissed) this.#onGap();
    opened.isJoined = reachesBack || isMissed || !isRepeated;
  }
}

function markOf(line: Buffer): EventMark | undefined {
  try {
    return eventMark(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Passed on as it came: whether it can be read is for the reader to say.
    return undefined;
  }
}
