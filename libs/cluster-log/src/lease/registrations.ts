import type { LogEntry } from '../log.ts';

/** Who says goodbye gives all back within some 3 s: what is in flight at an engine, and its hand-over. Who has not by then died meanwhile. */
export const goodbyeMaxMs = 10_000;

export type RegistrationChange = 'none' | 'joined' | 'left';

/**
 * The processes whose registration (a short lease of their own) stands in the log. What they hold under other leases, which are long, is theirs only
 * as long (docs/adr/0050). A fold: no I/O.
 */
export class Registrations {
  readonly #nowMs: () => number;
  readonly #live = new Set<string>();
  /** Those that said goodbye, and when: they give back what they hold by themselves, after what is in flight there. */
  readonly #leaving = new Map<string, number>();

  /** `nowMs`: by any clock that goes on. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get live(): ReadonlySet<string> {
    return this.#live;
  }

  /** What this one holds is still its own. */
  keeps(id: string): boolean {
    if (this.#live.has(id)) return true;
    const sinceMs = this.#leaving.get(id);
    return sinceMs !== undefined && this.#nowMs() - sinceMs < goodbyeMaxMs;
  }

  /** An entry of its registration; renewals change nothing. One that expired was no goodbye. */
  apply(id: string, { payload, expired }: Pick<LogEntry, 'payload' | 'expired'>): RegistrationChange {
    if (payload !== undefined) {
      this.#leaving.delete(id);
      if (this.#live.has(id)) return 'none';
      this.#live.add(id);
      return 'joined';
    }
    this.#live.delete(id);
    for (const left of this.#leaving.keys()) if (!this.keeps(left)) this.#leaving.delete(left);
    if (expired === true) this.#leaving.delete(id);
    else this.#leaving.set(id, this.#nowMs());
    return 'left';
  }

  reset(): void {
    this.#live.clear();
    this.#leaving.clear();
  }
}
