/** Of one kind, kept for whoever comes later: as many as a panel shows without being searched. */
const keptMax = 100;

/** What happens, in order: the last hundred, those that pages know and those that are still to be told. Of more between two messages the latest are told. */
export class Happenings<T> {
  #told: readonly T[] = [];
  #waiting: T[] = [];

  add(item: T): void {
    if (this.#waiting.push(item) > keptMax) this.#waiting.shift();
  }

  /** What is to be told now, oldest first; it counts as told. */
  news(): readonly T[] {
    const news = this.#waiting;
    this.#waiting = [];
    if (news.length > 0) this.#told = [...this.#told, ...news].slice(-keptMax);
    return news;
  }

  /** What was told, oldest first. */
  get told(): readonly T[] {
    return this.#told;
  }
}
