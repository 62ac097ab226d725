/** Letters of an id that choose its bucket: of 100,000 ids some 25 share one. */
const bucketLetters = 3;
const letterBits = 8;
const letterMask = (1 << letterBits) - 1;

/**
 * Finds holders by the beginning of any of their ids, whatever their number. Buckets are small, and go by numbers: a text cut out and hashed for each of
 * 100,000 ids, and a set for each bucket, cost more than all else of the index.
 */
export class IdPrefixes<T> {
  readonly #idsOf: (holder: T) => readonly string[];
  /** A holder is in a bucket once, with how many of its ids ever. */
  readonly #buckets = new Map<number, T[]>();

  constructor(idsOf: (holder: T) => readonly string[]) {
    this.#idsOf = idsOf;
  }

  add(holder: T): void {
    for (const id of this.#idsOf(holder)) {
      const number = bucketOf(id);
      const bucket = this.#buckets.get(number);
      if (bucket === undefined) this.#buckets.set(number, [holder]);
      else if (bucket.at(-1) !== holder) bucket.push(holder);
    }
  }

  remove(holder: T): void {
    for (const id of this.#idsOf(holder)) {
      const number = bucketOf(id);
      const bucket = this.#buckets.get(number);
      const at = bucket?.indexOf(holder) ?? -1;
      if (at >= 0) bucket?.splice(at, 1);
      if (bucket?.length === 0) this.#buckets.delete(number);
    }
  }

  /** Holders with an id that begins as this one does: the few among which its own is, if anybody has it. */
  near(id: string): Iterable<T> {
    return this.#buckets.get(bucketOf(id)) ?? [];
  }

  /** Holders with an id that begins so; who looks for one only stops at the second. */
  *startingWith(prefix: string): Generator<T> {
    const isFitting = (holder: T) => this.#idsOf(holder).some((id) => id.startsWith(prefix));
    const unknownBits = letterBits * Math.max(0, bucketLetters - prefix.length);
    const wanted = bucketOf(prefix);
    if (unknownBits === 0) {
      for (const holder of this.#buckets.get(wanted) ?? []) if (isFitting(holder)) yield holder;
      return;
    }
    for (const [number, bucket] of this.#buckets) {
      if (number >> unknownBits !== wanted >> unknownBits) continue;
      for (const holder of bucket) if (isFitting(holder)) yield holder;
    }
  }
}

/** The first letters, as a number; letters that are not there are zeros. */
function bucketOf(id: string): number {
  let bucket = 0;
  for (let at = 0; at < bucketLetters; at++) bucket = (bucket << letterBits) | (id.charCodeAt(at) & letterMask);
  return bucket;
}
