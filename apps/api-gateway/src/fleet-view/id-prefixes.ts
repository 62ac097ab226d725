/** Letters of an id that choose its bucket: of 100,000 ids some 25 share one. */
const bucketLetters = 3;

/** Finds holders by the beginning of any of their ids, whatever their number. */
export class IdPrefixes<T> {
  readonly #idsOf: (holder: T) => readonly string[];
  readonly #buckets = new Map<string, Set<T>>();

  constructor(idsOf: (holder: T) => readonly string[]) {
    this.#idsOf = idsOf;
  }

  add(holder: T): void {
    for (const id of this.#idsOf(holder)) {
      const key = id.slice(0, bucketLetters);
      const bucket = this.#buckets.get(key);
      if (bucket === undefined) this.#buckets.set(key, new Set([holder]));
      else bucket.add(holder);
    }
  }

  remove(holder: T): void {
    for (const id of this.#idsOf(holder)) {
      const key = id.slice(0, bucketLetters);
      const bucket = this.#buckets.get(key);
      bucket?.delete(holder);
      if (bucket?.size === 0) this.#buckets.delete(key);
    }
  }

  /** Holders with an id that begins as this one does: the few among which its own is, if anybody has it. */
  near(id: string): Iterable<T> {
    return this.#buckets.get(id.slice(0, bucketLetters)) ?? [];
  }

  /** Holders with an id that begins so; who looks for one only stops at the second. */
  *startingWith(prefix: string): Generator<T> {
    const isFitting = (holder: T) => this.#idsOf(holder).some((id) => id.startsWith(prefix));
    if (prefix.length >= bucketLetters) {
      for (const holder of this.#buckets.get(prefix.slice(0, bucketLetters)) ?? []) if (isFitting(holder)) yield holder;
      return;
    }
    for (const [key, bucket] of this.#buckets) {
      if (!key.startsWith(prefix)) continue;
      for (const holder of bucket) if (isFitting(holder)) yield holder;
    }
  }
}
