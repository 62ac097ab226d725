/** Texts that differ in a fleet of 100,000 containers, but for names and IDs, are some ten thousand: images, labels, networks, paths. */
const textsMax = 1 << 16;
/** Longer ones are seldom told twice. */
const lengthMax = 128;
/** What is an object's own: its ID, its names. */
const ownMembers: ReadonlySet<string> = new Set(['id', 'names']);
/** Most containers have no ports, no mounts, no devices. */
const noMembers: readonly never[] = Object.freeze([]);

/**
 * Keeps one copy of texts that many records say: parsed from each record anew they are most of the memory that facts take. Forgets what it
 * knows once it knows too much, after which texts are shared among newer records.
 */
export class SharedTexts {
  readonly #texts = new Map<string, string>();

  /** This text, as the first record had it that said it. */
  share(text: string): string {
    if (text.length > lengthMax) return text;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= textsMax) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }

  /** Puts shared texts into facts that were just parsed and that nobody else has yet. */
  shareIn<T extends object>(facts: T): T {
    this.#shareIn(facts);
    return facts;
  }

  #shareIn(facts: object): void {
    const members = facts as Record<string, unknown>;
    for (const key of Object.keys(members)) {
      const value = members[key];
      if (typeof value === 'string') {
        if (!ownMembers.has(key)) members[key] = this.share(value);
      } else if (Array.isArray(value) && value.length === 0) members[key] = noMembers;
      else if (typeof value === 'object' && value !== null && !ownMembers.has(key)) this.#shareIn(value);
    }
  }
}
