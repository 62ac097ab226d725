import type { Randomness } from '#service-shell';

/** Randomness that a seed repeats exactly (mulberry32). */
export class SeededRandom implements Randomness {
  #state: number;

  constructor(seed: number) {
    // Neighbouring seeds would begin alike: the multiplication spreads them.
    this.#state = Math.imul(seed + 1, 0x9e3779b1);
  }

  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  hex(bytes: number): string {
    let text = '';
    while (text.length < bytes * 2)
      text += Math.floor(this.fraction() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, '0');
    return text.slice(0, bytes * 2);
  }

  /** True in this part of all cases. */
  chance(part: number): boolean {
    return this.fraction() < part;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  pick<T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(this.fraction() * choices.length)];
    if (chosen === undefined) throw new RangeError('nothing to pick from');
    return chosen;
  }
}
