/** Work about one subject at a time, in the order in which it was brought; about different subjects at once. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(subject: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.#last.get(subject) ?? Promise.resolve()).then(work, work);
    this.#last.set(subject, mine);
    const forget = () => {
      if (this.#last.get(subject) === mine) this.#last.delete(subject);
    };
    mine.then(forget, forget);
    return mine;
  }
}
