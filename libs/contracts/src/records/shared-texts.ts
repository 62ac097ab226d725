import type { z } from 'zod';

/** Texts that differ in a fleet of 100,000 containers, but for names and IDs, are some ten thousand: images, labels, networks, paths. */
const textsMax = 1 << 16;
/** Longer ones are seldom told twice. */
const lengthMax = 128;
/** Letters of all values that are kept: some ten thousand of ports, networks, resources. */
const valueLettersMax = 1 << 20;
/** What is an object's own: its ID, its names. */
const ownMembers: ReadonlySet<string> = new Set(['id', 'names']);
/** Most containers have no ports, no mounts, no devices. */
const noMembers: readonly never[] = Object.freeze([]);

/**
 * Keeps one copy of texts that many records say, and of values told as JSON: parsed from each record anew they are most of the memory that facts take. Forgets what it
 * knows once it knows too much, after which they are shared among newer records.
 */
export class SharedTexts {
  readonly #texts = new Map<string, string>();
  readonly #values = new Map<z.ZodType, Map<string, unknown>>();
  #valueLetters = 0;

  /** This text, as the first record had it that said it. */
  share(text: string): string {
    if (text.length > lengthMax) return text;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= textsMax) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }

  /** The value that this JSON text is, frozen, one for all who ask by the same schema. Throws on what the schema does not take. */
  parsed<T>(schema: z.ZodType<T>, text: string): T {
    const values = this.#values.get(schema) ?? new Map<string, unknown>();
    const known = values.get(text);
    if (known !== undefined) return known as T;
    const value = Object.freeze(schema.parse(JSON.parse(text)));
    this.#valueLetters += text.length;
    if (this.#valueLetters > valueLettersMax) {
      for (const kept of this.#values.values()) kept.clear();
      this.#valueLetters = text.length;
    }
    this.#values.set(schema, values.set(text, value));
    return value;
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
