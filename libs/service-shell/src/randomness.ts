import { randomFillSync } from 'node:crypto';

/** Randomness as an argument. */
export interface Randomness {
  /** `bytes` random bytes as lower-case hex. */
  hex(bytes: number): string;
  /** Uniform in [0, 1). */
  fraction(): number;
}

/** Drawn at once: every draw is a call of the system, and each request has several ids. No byte is given out twice, or kept once it is. */
const drawn = Buffer.alloc(4_096);
let nextAt = drawn.length;

export const systemRandomness: Randomness = {
  hex(bytes) {
    if (bytes > drawn.length) throw new RangeError(`${bytes} random bytes at once`);
    if (nextAt + bytes > drawn.length) {
      randomFillSync(drawn);
      nextAt = 0;
    }
    const hex = drawn.toString('hex', nextAt, nextAt + bytes);
    drawn.fill(0, nextAt, nextAt + bytes);
    nextAt += bytes;
    return hex;
  },
  fraction: () => Math.random(),
};
