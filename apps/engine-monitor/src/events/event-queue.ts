import type { Arrival } from './event-cursor.ts';

export type QueuedEvent = {
  readonly arrival: Arrival;
  readonly sinceMs: number;
  /** It need not wait for its records. */
  readonly mayLead: boolean;
  /** Its records are in the log. */
  isReady: boolean;
};

/** An event that leaves; with a number where that is ahead of its records. */
export type LeavingEvent = Pick<QueuedEvent, 'arrival' | 'sinceMs'> & { readonly serial: number | undefined };

/** An engine's events until they have left, in its order, and until their records are in the log. */
export class EventQueue {
  readonly #waiting: QueuedEvent[] = [];
  /** By number: those that have left ahead of their records. */
  readonly #ahead = new Map<number, QueuedEvent>();
  #serial = 0;

  get length(): number {
    return this.#ahead.size + this.#waiting.length;
  }

  /** Of the one that is here for longest. */
  get oldestSinceMs(): number | undefined {
    const [ahead] = this.#ahead.values();
    return (ahead ?? this.#waiting[0])?.sinceMs;
  }

  /** When the first of those happened that left ahead of their records, by the daemon's clock. */
  get aheadSinceNs(): bigint | undefined {
    const [ahead] = this.#ahead.values();
    return ahead?.arrival.timeNs;
  }

  add(event: QueuedEvent): void {
    this.#waiting.push(event);
  }

  /** Nobody waits for any records any more. */
  readyAll(): void {
    for (const events of [this.#ahead.values(), this.#waiting]) for (const event of events) event.isReady = true;
  }

  /** Takes out what leaves now, each behind those before it. */
  leaving(): LeavingEvent[] {
    const blocked = this.#waiting.findIndex(({ isReady, mayLead }) => !isReady && !mayLead);
    const leaving = this.#waiting.splice(0, blocked < 0 ? this.#waiting.length : blocked);
    return leaving.map((event) => ({ ...event, serial: event.isReady ? undefined : this.#lead(event) }));
  }

  /** Takes out those that left ahead and are ready by now: their numbers. */
  settled(): number[] {
    const settled = [...this.#ahead].flatMap(([serial, { isReady }]) => (isReady ? [serial] : []));
    for (const serial of settled) this.#ahead.delete(serial);
    return settled;
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#ahead.clear();
  }

  #lead(event: QueuedEvent): number {
    this.#serial += 1;
    this.#ahead.set(this.#serial, event);
    return this.#serial;
  }
}
