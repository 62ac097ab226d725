import { type ObjectKind, type Stamp, supersedes } from '#contracts';

/** Which word of an engine's owners about each object was the last. */
export class ObjectStamps {
  readonly #stamps: { readonly [K in ObjectKind]: Map<string, Stamp> } = {
    container: new Map(),
    image: new Map(),
    network: new Map(),
    volume: new Map(),
  };

  /** True when the record of the object is not older than what is known of it, by owner (epoch) first. */
  accept(kind: ObjectKind, id: string, stamp: Stamp): boolean {
    if (!supersedes(stamp, this.#stamps[kind].get(id))) return false;
    this.#stamps[kind].set(id, stamp);
    return true;
  }

  forget(kind: ObjectKind, id: string): void {
    this.#stamps[kind].delete(id);
  }
}
