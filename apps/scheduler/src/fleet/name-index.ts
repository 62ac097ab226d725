/** Who has a name: a container, or an operation that will make or rename one. */
export type NameHolder = { readonly container: string; readonly operation: string };

/** A holder and where it lives: the key of an engine, or what holds without being on one yet. */
export type NamePlace = NameHolder & { readonly where: string };

const nobody: readonly NamePlace[] = [];

/**
 * Container names of the whole fleet, with everybody who holds each: containers made behind Baleen's back may share one (spec 4.2).
 * Engines that are unwell keep their names, since their containers may still run.
 */
export class NameIndex {
  /** Nearly every name has one holder, which is kept without a list of its own. */
  readonly #holders = new Map<string, NamePlace | readonly NamePlace[]>();

  /** Empty names hold nothing. */
  add(name: string, place: NamePlace): void {
    if (name === '') return;
    const others = this.#others(name, place);
    this.#holders.set(name, others.length === 0 ? place : [...others, place]);
  }

  remove(name: string, place: NamePlace): void {
    const rest = this.#others(name, place);
    const [only] = rest;
    if (only === undefined) this.#holders.delete(name);
    else this.#holders.set(name, rest.length === 1 ? only : rest);
  }

  clear(): void {
    this.#holders.clear();
  }

  /** A holder that is neither of the given container nor of the given operation. */
  heldByOther(name: string, self: NameHolder): NameHolder | undefined {
    return this.#placesOf(name).find((holder) => {
      const own =
        (self.container !== '' && holder.container === self.container) ||
        (self.operation !== '' && holder.operation === self.operation);
      return !own;
    });
  }

  /** Nearly always none, for which nothing is made. */
  #others(name: string, place: NamePlace): readonly NamePlace[] {
    const held = this.#placesOf(name);
    return held.length === 0 ? held : held.filter((other) => !isSame(other, place));
  }

  #placesOf(name: string): readonly NamePlace[] {
    const held = this.#holders.get(name);
    if (held === undefined) return nobody;
    return 'where' in held ? [held] : held;
  }
}

function isSame(one: NamePlace, other: NamePlace): boolean {
  return one.where === other.where && one.container === other.container && one.operation === other.operation;
}
