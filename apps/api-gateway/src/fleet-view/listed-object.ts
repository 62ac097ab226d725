import type { FactsOf, ObjectKind, PackedEntry, Stamp } from '#contracts';

/** An image, network or volume as the view keeps it, a `FleetObject`. */
export class ListedObject<K extends ObjectKind> {
  readonly kind: K;
  readonly engine: string;
  readonly stamp: Stamp;
  readonly facts: FactsOf[K];
  #entry: Buffer | PackedEntry;

  constructor(kind: K, engine: string, stamp: Stamp, facts: FactsOf[K], entry: Buffer | PackedEntry) {
    this.kind = kind;
    this.engine = engine;
    this.stamp = stamp;
    this.facts = facts;
    this.#entry = entry;
  }

  get summary(): Buffer {
    return Buffer.isBuffer(this.#entry) ? this.#entry : this.#entry.bytes;
  }

  /** As it was given. */
  get ownEntry(): Buffer | PackedEntry {
    return this.#entry;
  }

  /** The same list entry in other memory: what it lay in until now can go. */
  moveTo(entry: Buffer | PackedEntry): void {
    this.#entry = entry;
  }
}
