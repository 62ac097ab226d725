/** A process that dies six times in a minute has a cause that restarts do not cure. */
const usualMax = 5;
const usualWindowMs = 60_000;

/** Restarts of one process in a sliding window. */
export class RestartBudget {
  readonly #max: number;
  readonly #windowMs: number;
  #restartsMs: number[] = [];

  constructor(max = usualMax, windowMs = usualWindowMs) {
    this.#max = max;
    this.#windowMs = windowMs;
  }

  /** ms to wait before the restart (the first at once, then 0.1 s, doubling to 3.2 s), or `undefined` when the budget is spent. */
  take(nowMs: number): number | undefined {
    this.#restartsMs = this.#restartsMs.filter((atMs) => nowMs - atMs < this.#windowMs);
    if (this.#restartsMs.length >= this.#max) return undefined;
    this.#restartsMs.push(nowMs);
    const [, ...repeated] = this.#restartsMs;
    return repeated.length === 0 ? 0 : 100 * 2 ** Math.min(5, repeated.length - 1);
  }
}
