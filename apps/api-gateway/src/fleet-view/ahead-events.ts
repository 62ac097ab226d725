import { type Clock, within } from '#service-shell';

/**
 * How long reads wait for the records of an engine's events, from the first whose records are not in the log: a daemon that tells of changes and
 * does not answer what they are must not stop the fleet's reads. Usual are 2 ms.
 */
const waitMaxMs = 500;
/** Owners settle each event within 5 s; one that has not by now is gone. */
const forgottenMs = 10_000;

type Ahead = {
  /** The last number heard, and whether a client of this gateway heard any of them. */
  serial: number;
  isTold: boolean;
  /** When something was last in order, monotonic ms. */
  sinceMs: number;
};

type Waiting = { readonly missing: Map<string, number>; readonly resolve: () => void };

/** Events that left ahead of their records (docs/adr/0047): whoever reads because of one is answered once they are in the log. */
export class AheadEvents {
  readonly #clock: Clock;
  /** By engine; none where all is in the log. */
  readonly #ahead = new Map<string, Ahead>();
  readonly #waiting = new Set<Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An event of this number; `isTold` to a client. Numbers of an owner ascend, another one begins anew. */
  heard(engine: string, serial: number, isTold: boolean): void {
    const known = this.#ahead.get(engine);
    if (known === undefined) this.#ahead.set(engine, { serial, isTold, sinceMs: this.#clock.monotonicMs() });
    else {
      known.serial = serial;
      known.isTold ||= isTold;
    }
  }

  /** The records of its events up to this one are in the log. The answer: whether clients were told of one of them. */
  settled(engine: string, serial: number): boolean {
    const known = this.#ahead.get(engine);
    if (known === undefined) return false;
    if (serial >= known.serial) this.#ahead.delete(engine);
    else known.sinceMs = this.#clock.monotonicMs();
    for (const waiting of this.#waiting) {
      const wanted = waiting.missing.get(engine);
      if (wanted !== undefined && wanted <= serial) waiting.missing.delete(engine);
      if (waiting.missing.size === 0) waiting.resolve();
    }
    return known.isTold;
  }

  /** No client of this gateway has heard what is not in the log. */
  get isUntold(): boolean {
    const nowMs = this.#clock.monotonicMs();
    for (const { isTold, sinceMs } of this.#ahead.values()) if (isTold && nowMs - sinceMs < waitMaxMs) return false;
    return true;
  }

  /** Resolves once the records of all events heard before the call are in the log, or their engines have taken too long. */
  async inLog(): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const missing = new Map<string, number>();
    let restMs = 0;
    for (const [engine, { serial, sinceMs }] of this.#ahead) {
      const leftMs = sinceMs + waitMaxMs - nowMs;
      if (leftMs > 0) missing.set(engine, serial);
      else if (leftMs < -forgottenMs) this.#ahead.delete(engine);
      restMs = Math.max(restMs, leftMs);
    }
    if (missing.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { missing, resolve };
    this.#waiting.add(waiting);
    await within(this.#clock, restMs, promise);
    this.#waiting.delete(waiting);
  }
}
