import { BaleenError } from '#contracts';

/** Lets a bounded number of jobs run at once; a bounded number waits, in order; one more is refused with cluster/busy. */
export class Slots {
  readonly #concurrent: number;
  readonly #waitingMax: number;
  /** Those before `#first` have had their turn: taking the first out of a long array moves all the others. */
  #waiting: ((() => void) | undefined)[] = [];
  #first = 0;
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
      const next = this.#next();
      // The slot goes straight to the next one, so that nobody can slip in between.
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #wait(): Promise<void> {
    const waiting = this.#waiting.length - this.#first;
    if (waiting >= this.#waitingMax) {
      const full = new BaleenError('cluster/busy', `${this.#running} calls are running and ${waiting} are waiting`);
      return Promise.reject(full);
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #next(): (() => void) | undefined {
    const next = this.#waiting[this.#first];
    if (next === undefined) return undefined;
    this.#waiting[this.#first] = undefined;
    this.#first += 1;
    if (this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return next;
  }
}
