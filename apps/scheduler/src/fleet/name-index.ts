/** Who has a name: a container, or an operation that will make or rename one. */
export type NameHolder = { readonly container: string; readonly operation: string };

/**
 * Container names of the whole fleet, with everybody who holds each: containers made behind Baleen's back may share one (spec 4.2).
 * Engines that are unwell keep their names, since their containers may still run.
 */
export class NameIndex {
  /** Nearly every name has one holder, which is kept without a map of its own. */
  readonly #lone = new Map<string, { readonly key: string; readonly holder: NameHolder }>();
  readonly #crowds = new Map<string, Map<string, NameHolder>>();

  /** `holderKey` identifies the holder, e.g. subject of its record. Empty names hold nothing. */
  add(name: string, holderKey: string, holder: NameHolder): void {
    if (name === '') return;
    const crowd = this.#crowds.get(name);
    const lone = this.#lone.get(name);
    if (crowd !== undefined) crowd.set(holderKey, holder);
    else if (lone === undefined || lone.key === holderKey) this.#lone.set(name, { key: holderKey, holder });
    else {
      this.#lone.delete(name);
      this.#crowds.set(name, new Map([[lone.key, lone.holder]]).set(holderKey, holder));
    }
  }

  remove(name: string, holderKey: string): void {
    if (this.#lone.get(name)?.key === holderKey) this.#lone.delete(name);
    const crowd = this.#crowds.get(name);
    if (crowd?.delete(holderKey) && crowd.size === 0) this.#crowds.delete(name);
  }

  clear(): void {
    this.#lone.clear();
    this.#crowds.clear();
  }

  /** A holder that is neither of the given container nor of the given operation. */
  heldByOther(name: string, self: NameHolder): NameHolder | undefined {
    for (const holder of this.#holders(name)) {
      const own =
        (self.container !== '' && holder.container === self.container) ||
        (self.operation !== '' && holder.operation === self.operation);
      if (!own) return holder;
    }
    return undefined;
  }

  #holders(name: string): Iterable<NameHolder> {
    const lone = this.#lone.get(name);
    return lone === undefined ? (this.#crowds.get(name)?.values() ?? []) : [lone.holder];
  }
}
