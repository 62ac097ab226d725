/** What happens, in order: the last of it, which pages know, and what is still to be told. Of more than `keptMax` between two messages the latest are told. */
export class Happenings<T> {
  readonly #keptMax: number;
  #told: readonly T[] = [];
  #waiting: T[] = [];

  constructor(keptMax: number) {
    this.#keptMax = keptMax;
  }

  add(item: T): void {
    if (this.#waiting.push(item) > this.#keptMax) this.#waiting.shift();
  }

  /** What is to be told now, oldest first; it counts as told. */
  news(): readonly T[] {
    const news = this.#waiting;
    this.#waiting = [];
    if (news.length > 0) this.#told = [...this.#told, ...news].slice(-this.#keptMax);
    return news;
  }

  /** What was told, oldest first. */
  get told(): readonly T[] {
    return this.#told;
  }
}
