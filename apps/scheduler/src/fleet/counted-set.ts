/** A set whose members may be put in several times and stay until taken out as often. */
export class CountedSet<T> {
  readonly #counts = new Map<T, number>();

  add(member: T): void {
    this.#counts.set(member, (this.#counts.get(member) ?? 0) + 1);
  }

  remove(member: T): void {
    const count = this.#counts.get(member) ?? 0;
    if (count <= 1) this.#counts.delete(member);
    else this.#counts.set(member, count - 1);
  }

  has(member: T): boolean {
    return this.#counts.has(member);
  }

  get size(): number {
    return this.#counts.size;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#counts.keys();
  }
}
