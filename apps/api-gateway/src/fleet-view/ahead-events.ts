import { type Clock, within } from '#service-shell';

/**
 * How long reads wait for the records of an event after it was heard: a daemon that tells of a change and does not answer what it is must not stop the
 * fleet's reads. Usual are 2 ms. Half of it each time that it was not enough, until the engine settles something.
 */
const patienceMaxMs = 500;
/** Owners settle each event within 5 s; what is not settled by now was another's. */
const forgottenMs = 10_000;

type AheadEvent = {
  readonly heardMs: number;
  /** A client of this gateway heard it. */
  readonly isTold: boolean;
};

/** What one engine has out. */
type Ahead = {
  /** By number, in the order in which they were heard. */
  readonly events: Map<number, AheadEvent>;
  /** How long its events are waited for, ms. */
  patienceMs: number;
};

type Waiting = { readonly missing: Set<AheadEvent>; readonly resolve: () => void };

/** Events that left ahead of their records (docs/adr/0047): whoever reads because of one is answered once they are in the log. */
export class AheadEvents {
  readonly #clock: Clock;
  /** By engine; none where all is in the log. */
  readonly #ahead = new Map<string, Ahead>();
  readonly #waiting = new Set<Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An event of this number; `isTold` to a client. */
  heard(engine: string, serial: number, isTold: boolean): void {
    const ahead = this.#ahead.get(engine) ?? { events: new Map<number, AheadEvent>(), patienceMs: patienceMaxMs };
    // Another owner counts anew: what a number meant before is over.
    ahead.events.delete(serial);
    ahead.events.set(serial, { heardMs: this.#clock.monotonicMs(), isTold });
    this.#ahead.set(engine, ahead);
  }

  /** The records of these are in the log. The answer: whether clients were told of one of them. */
  settled(engine: string, serials: readonly number[]): boolean {
    const ahead = this.#ahead.get(engine);
    let wasTold = false;
    for (const serial of serials) {
      const event = ahead?.events.get(serial);
      if (ahead === undefined || event === undefined) continue;
      ahead.events.delete(serial);
      ahead.patienceMs = patienceMaxMs;
      wasTold ||= event.isTold;
      for (const { missing, resolve } of this.#waiting) if (missing.delete(event) && missing.size === 0) resolve();
    }
    if (ahead?.events.size === 0) this.#ahead.delete(engine);
    return wasTold;
  }

  /** No client of this gateway has heard what is not in the log. */
  get isUntold(): boolean {
    return !this.#awaited().some(([{ isTold }]) => isTold);
  }

  /** Resolves once the records of all events heard before the call are in the log, or have taken too long. */
  async inLog(): Promise<void> {
    const awaited = this.#awaited();
    if (awaited.length === 0) return;
    const missing = new Set(awaited.map(([event]) => event));
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { missing, resolve };
    this.#waiting.add(waiting);
    const untilMs = Math.max(...awaited.map(([{ heardMs }, { patienceMs }]) => heardMs + patienceMs));
    await within(this.#clock, untilMs - this.#clock.monotonicMs(), promise);
    this.#waiting.delete(waiting);
    const slow = new Set(awaited.flatMap(([event, ahead]) => (missing.has(event) ? [ahead] : [])));
    for (const ahead of slow) ahead.patienceMs /= 2;
  }

  /** What reads wait for, with its engine's. */
  #awaited(): [AheadEvent, Ahead][] {
    const nowMs = this.#clock.monotonicMs();
    const awaited: [AheadEvent, Ahead][] = [];
    for (const [engine, ahead] of this.#ahead) {
      for (const [serial, event] of ahead.events) {
        const ageMs = nowMs - event.heardMs;
        if (ageMs < ahead.patienceMs) awaited.push([event, ahead]);
        else if (ageMs >= forgottenMs) ahead.events.delete(serial);
      }
      if (ahead.events.size === 0) this.#ahead.delete(engine);
    }
    return awaited;
  }
}
