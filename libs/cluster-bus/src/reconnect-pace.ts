import type { Clock, Randomness } from '#service-shell';

/** What a restart of nats-server takes is over within some of these. */
const shortestMs = 100;
const longestMs = 1_000;
/** A wait is once to twice this part of the time since the connection broke: so much longer an outage is for whoever is unlucky. */
const partOfOutage = 0.1;

/** How soon a broken connection to NATS is tried again: at once at first, and every second or two while nobody answers for long, each at its own moments. */
export class ReconnectPace {
  readonly #clock: Clock;
  readonly #randomness: Randomness;
  #brokenAtMs: number | undefined;

  constructor(clock: Clock, randomness: Randomness) {
    this.#clock = clock;
    this.#randomness = randomness;
  }

  /** The wait from the last attempt to the next one, ms; the first of them says that the connection is broken. */
  waitMs(): number {
    const nowMs = this.#clock.monotonicMs();
    this.#brokenAtMs ??= nowMs;
    const restMs = Math.min(Math.max((nowMs - this.#brokenAtMs) * partOfOutage, shortestMs), longestMs);
    return restMs * (1 + this.#randomness.fraction());
  }

  /** It stands again. */
  connected(): void {
    this.#brokenAtMs = undefined;
  }
}
