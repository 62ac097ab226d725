import { type Clock, within } from '#service-shell';

/**
 * How long reads wait for the records of an event after it was heard: a daemon that tells of a change and does not answer what it is must not stop the
 * fleet's reads. Usual are 2 ms.
 */
const waitMaxMs = 500;
/** Owners settle each event within 5 s; what is not settled by now was another's. */
const forgottenMs = 10_000;

type AheadEvent = {
  readonly heardMs: number;
  /** A client of this gateway heard it. */
  readonly isTold: boolean;
};

type Waiting = { readonly missing: Set<AheadEvent>; readonly resolve: () => void };

/** Events that left ahead of their records (docs/adr/0047): whoever reads because of one is answered once they are in the log. */
export class AheadEvents {
  readonly #clock: Clock;
  /** By engine and number, in the order in which they were heard; none where all is in the log. */
  readonly #ahead = new Map<string, Map<number, AheadEvent>>();
  readonly #waiting = new Set<Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An event of this number; `isTold` to a client. */
  heard(engine: string, serial: number, isTold: boolean): void {
    const heardMs = this.#clock.monotonicMs();
    const known = this.#ahead.get(engine) ?? new Map<number, AheadEvent>();
    for (const [old, event] of known) {
      if (heardMs - event.heardMs < forgottenMs) break;
      known.delete(old);
    }
    // Another owner counts anew: what a number meant before is over.
    known.delete(serial);
    this.#ahead.set(engine, known.set(serial, { heardMs, isTold }));
  }

  /** The records of these are in the log. The answer: whether clients were told of one of them. */
  settled(engine: string, serials: readonly number[]): boolean {
    const known = this.#ahead.get(engine);
    let wasTold = false;
    for (const serial of serials) {
      const event = known?.get(serial);
      if (event === undefined) continue;
      known?.delete(serial);
      wasTold ||= event.isTold;
      for (const { missing, resolve } of this.#waiting) if (missing.delete(event) && missing.size === 0) resolve();
    }
    if (known?.size === 0) this.#ahead.delete(engine);
    return wasTold;
  }

  /** No client of this gateway has heard what is not in the log. */
  get isUntold(): boolean {
    for (const { isTold } of this.#awaited()) if (isTold) return false;
    return true;
  }

  /** Resolves once the records of all events heard before the call are in the log, or have taken too long. */
  async inLog(): Promise<void> {
    const missing = new Set(this.#awaited());
    if (missing.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { missing, resolve };
    this.#waiting.add(waiting);
    const lastMs = Math.max(...[...missing].map(({ heardMs }) => heardMs));
    await within(this.#clock, lastMs + waitMaxMs - this.#clock.monotonicMs(), promise);
    this.#waiting.delete(waiting);
  }

  *#awaited(): Generator<AheadEvent> {
    const nowMs = this.#clock.monotonicMs();
    for (const known of this.#ahead.values())
      for (const event of known.values()) if (nowMs - event.heardMs < waitMaxMs) yield event;
  }
}
