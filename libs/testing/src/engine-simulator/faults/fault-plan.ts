import type { SeededRandom } from '../../seeded-random.ts';
import type { FaultRule, Verdict } from './fault-rule.ts';

type Standing = { readonly rule: FaultRule; left: number };

const untouched: Verdict = { delayMs: 0 };

/** Judges the requests of one engine by its standing rules. The same requests in the same order get the same verdicts from the same seed. */
export class FaultPlan {
  readonly #random: SeededRandom;
  #standing: Standing[] = [];

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  add(rule: FaultRule): void {
    this.#standing.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#standing = [];
  }

  /** Latencies add up; of the faults that end a request the first one counts. */
  judge(route: string): Verdict {
    if (this.#standing.length === 0) return untouched;
    let delayMs = 0;
    for (const standing of this.#standing) {
      const { rule } = standing;
      if (standing.left === 0 || (rule.route !== undefined && rule.route !== route)) continue;
      if (rule.share !== undefined && !this.#random.chance(rule.share)) continue;
      standing.left -= 1;
      if (rule.kind !== 'latency') return { delayMs, end: rule };
      delayMs += rule.minMs + this.#random.fraction() * (rule.maxMs - rule.minMs);
    }
    return { delayMs };
  }
}
