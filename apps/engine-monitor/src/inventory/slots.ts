import { BaleenError } from '#contracts';

/** Lets a bounded number of jobs run at once; a bounded number waits, in order; one more is refused with cluster/busy. */
export class Slots {
  readonly #concurrent: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(concurrent: number, waitingMax: number) {
    this.#concurrent = concurrent;
    this.#waitingMax = waitingMax;
  }

  async use<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running < this.#concurrent) this.#running += 1;
    else await this.#wait();
    try {
      return await job();
    } finally {
      const next = this.#waiting.shift();
      // The slot goes straight to the next one, so that nobody can slip in between.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      const full = new BaleenError('cluster/busy', `${this.#running} calls are running and ${this.#waiting.length} are waiting`);
      return Promise.reject(full);
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
