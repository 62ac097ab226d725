import type { Arrival } from './event-cursor.ts';

export type QueuedEvent = {
  readonly arrival: Arrival;
  readonly sinceMs: number;
  /** It need not wait for its records. */
  readonly mayLead: boolean;
  /** Its records are in the log. */
  isReady: boolean;
  /** Its number, once it has left ahead of its records. */
  serial?: number;
};

/** An engine's events in its order, until they have left and their records are in the log. */
export class EventQueue {
  readonly #events: QueuedEvent[] = [];
  /** Of those in front, how many have left. */
  #left = 0;
  #serial = 0;

  get length(): number {
    return this.#events.length;
  }

  get oldestSinceMs(): number | undefined {
    return this.#events[0]?.sinceMs;
  }

  add(event: QueuedEvent): void {
    this.#events.push(event);
  }

  /** Nobody waits for any records any more. */
  readyAll(): void {
    for (const event of this.#events) event.isReady = true;
  }

  /** The events that leave now, each behind those before it. */
  *leaving(): Generator<QueuedEvent> {
    for (;;) {
      const event = this.#events[this.#left];
      if (event === undefined || !(event.isReady || event.mayLead)) return;
      if (!event.isReady) event.serial = ++this.#serial;
      this.#left += 1;
      yield event;
    }
  }

  /** Drops those in front that have left and are ready; the last number among them. */
  settle(): number | undefined {
    let serial: number | undefined;
    let settled = 0;
    for (; settled < this.#left && this.#events[settled]?.isReady === true; settled++)
      serial = this.#events[settled]?.serial ?? serial;
    this.#events.splice(0, settled);
    this.#left -= settled;
    return serial;
  }

  clear(): void {
    this.#events.length = 0;
    this.#left = 0;
  }
}
