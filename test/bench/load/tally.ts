import type { LoadOutcome } from './load-job.ts';
import { quantiles } from './samples.ts';

/** Errors that are told in words. */
const toldErrorsMax = 5;

/** What a job counts while it runs. */
export class Tally {
  done = 0;
  bytes = 0;
  errors = 0;
  readonly #samples: number[] = [];
  readonly #told: string[] = [];
  readonly #beganMs = performance.now();
  #lastMs = this.#beganMs;
  #gapMs = 0;
  #slowestMs = 0;

  get elapsedMs(): number {
    return performance.now() - this.#beganMs;
  }

  /** One more ended well just now, after so many ms. */
  add(tookMs: number, bytes = 0): void {
    const nowMs = performance.now();
    this.#gapMs = Math.max(this.#gapMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
    this.#samples.push(tookMs);
    this.done += 1;
    this.bytes += bytes;
  }

  fail(why: string): void {
    this.errors += 1;
    if (this.#told.length < toldErrorsMax) this.#told.push(why);
  }

  outcome(): LoadOutcome {
    return {
      done: this.done,
      tookMs: this.#lastMs - this.#beganMs,
      ...quantiles(this.#samples),
      slowestMs: this.#slowestMs,
      bytes: this.bytes,
      errors: this.errors,
      firstErrors: this.#told,
      gapMs: this.#gapMs,
    };
  }
}
