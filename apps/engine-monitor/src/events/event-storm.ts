import type { Clock } from '#service-shell';

/** Least rest between two readings of all in a storm: an engine that has so much to do is not asked more. */
const restMs = 1_000;
/** Events between two readings at which it is over; single refreshes keep up with that many a second easily. */
const calmMax = 100;

/**
 * Reads the whole inventory instead of single objects while events come faster than single refreshes are worth: at most one reading
 * at a time, and one more after the last event.
 */
export class EventStorm {
  readonly #clock: Clock;
  /** Never rejects. */
  readonly #resync: () => Promise<void>;
  #isOn = false;
  #isStopped = false;
  #events = 0;

  constructor(clock: Clock, resync: () => Promise<void>) {
    this.#clock = clock;
    this.#resync = resync;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  begin(): void {
    if (this.#isOn) return;
    this.#isOn = true;
    void this.#readUntilCalm();
  }

  /** An event whose records the next reading brings. */
  note(): void {
    this.#events += 1;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #readUntilCalm(): Promise<void> {
    do {
      this.#events = 0;
      await this.#resync();
      await new Promise<void>((resolve) => {
        this.#clock.after(restMs, resolve);
      });
    } while (this.#events > calmMax && !this.#isStopped);
    this.#isOn = false;
    if (this.#events > 0 && !this.#isStopped) await this.#resync();
  }
}
