import type { Clock } from '#service-shell';
import { eventLine, type Happening, type ToldEvent } from './happening.ts';

/** What a daemon remembers of its events (moby, daemon/events). */
const historyMax = 256;
const nsPerMs = 1_000_000;

/** The events of one daemon: a short memory, and whoever listens. */
export class EventLog {
  readonly #clock: Clock;
  #history: ToldEvent[] = [];
  readonly #listeners = new Set<(event: ToldEvent) => void>();
  #lastNano = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** At a time after the last event's. */
  tell(happening: Happening): void {
    const now = BigInt(Math.trunc(this.#clock.nowMs() * nsPerMs));
    this.#lastNano = now > this.#lastNano ? now : this.#lastNano + 1n;
    const event = { happening, timeNano: this.#lastNano, line: eventLine(happening, this.#lastNano) };
    this.#history.push(event);
    // Cut in steps: a shift for each event of a storm would move the whole memory.
    if (this.#history.length >= 2 * historyMax) this.#history = this.#history.slice(-historyMax);
    for (const listener of this.#listeners) listener(event);
  }

  /** Remembered events from `sinceNano` on, oldest first. */
  since(sinceNano: bigint): readonly ToldEvent[] {
    return this.#history.slice(-historyMax).filter(({ timeNano }) => timeNano >= sinceNano);
  }

  /** Returns how to stop listening. */
  listen(listener: (event: ToldEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A new daemon process remembers nothing. */
  forget(): void {
    this.#history = [];
  }
}
