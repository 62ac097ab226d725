import type { z } from 'zod';
import type { SharedTexts } from './shared-texts.ts';

/** Reads what `RowWriter` wrote, rows in their order. Each method throws on a value that is not what it reads. */
export class RowReader {
  readonly #texts: SharedTexts;
  readonly #told: string[] = [];
  #row: readonly unknown[] = [];
  #at = 0;

  /** `texts` are shared with other batches. */
  constructor(texts: SharedTexts) {
    this.#texts = texts;
  }

  begin(row: unknown): void {
    if (!Array.isArray(row)) throw new Error('a row that is no list');
    this.#row = row;
    this.#at = 0;
  }

  number(): number {
    const value = this.#row[this.#at];
    if (typeof value !== 'number') throw this.#odd('number');
    this.#at += 1;
    return value;
  }

  flag(): boolean {
    return this.number() !== 0;
  }

  own(): string {
    const value = this.#row[this.#at];
    if (typeof value !== 'string') throw this.#odd('text');
    this.#at += 1;
    return value;
  }

  /** As many as a number before them says. */
  owns(): string[] {
    const count = this.number();
    // One that is written down takes no room for more, as one that grows does: 100,000 containers have one name each.
    return count === 1 ? [this.own()] : Array.from({ length: count }, () => this.own());
  }

  text(): string {
    const value = this.#row[this.#at];
    if (typeof value === 'string') {
      this.#at += 1;
      const text = this.#texts.share(value);
      this.#told.push(text);
      return text;
    }
    const text = typeof value === 'number' ? this.#told[value] : undefined;
    if (text === undefined) throw this.#odd('text');
    this.#at += 1;
    return text;
  }

  pairs(): Record<string, string> {
    const pairs: Record<string, string> = {};
    for (let left = this.number(); left > 0; left--) {
      const key = this.text();
      const value = this.text();
      // Any other assignment of it would be lost.
      if (key === '__proto__') Object.defineProperty(pairs, key, { value, enumerable: true, configurable: true, writable: true });
      else pairs[key] = value;
    }
    return pairs;
  }

  /** One object for all rows that have the value, of other batches too: not to be changed. */
  json<T>(schema: z.ZodType<T>): T {
    return this.#texts.parsed(schema, this.text());
  }

  #odd(wanted: string): Error {
    return new Error(`value ${this.#at} of a row is no ${wanted}`);
  }
}
