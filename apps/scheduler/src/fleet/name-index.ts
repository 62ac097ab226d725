/** Who has a name: a container, or an operation that will make or rename one. */
export type NameHolder = { readonly container: string; readonly operation: string };

/**
 * Container names of the whole fleet, with everybody who holds each: containers made behind Baleen's back may share one (spec 4.2).
 * Engines that are unwell keep their names, since their containers may still run.
 */
export class NameIndex {
  readonly #holders = new Map<string, Map<string, NameHolder>>();

  /** `holderKey` identifies the holder, e.g. subject of its record. Empty names hold nothing. */
  add(name: string, holderKey: string, holder: NameHolder): void {
    if (name === '') return;
    const holders = this.#holders.get(name) ?? new Map<string, NameHolder>();
    holders.set(holderKey, holder);
    this.#holders.set(name, holders);
  }

  remove(name: string, holderKey: string): void {
    const holders = this.#holders.get(name);
    if (holders?.delete(holderKey) && holders.size === 0) this.#holders.delete(name);
  }

  clear(): void {
    this.#holders.clear();
  }

  /** A holder that is neither of the given container nor of the given operation. */
  heldByOther(name: string, self: NameHolder): NameHolder | undefined {
    for (const holder of this.#holders.get(name)?.values() ?? []) {
      const own =
        (self.container !== '' && holder.container === self.container) ||
        (self.operation !== '' && holder.operation === self.operation);
      if (!own) return holder;
    }
    return undefined;
  }
}
