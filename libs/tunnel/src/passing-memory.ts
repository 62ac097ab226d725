import { collectGarbage } from '#service-shell';

/** Bytes that passed until their memory is given back. V8 by itself looks for dead buffers through the whole heap, every 64 MiB of them. */
const collectEveryBytes = 12 * 1024 * 1024;

/**
 * Gives back the memory of bytes that pass through this process. Buffers weigh nothing in V8's young generation, so it would hardly ever be
 * collected, and they would live until the whole heap is: half of what a tunnel cost (docs/adr/0027).
 */
class PassingMemory {
  #passedBytes = 0;

  passed(bytes: number): void {
    this.#passedBytes += bytes;
    if (this.#passedBytes < collectEveryBytes) return;
    this.#passedBytes = 0;
    collectGarbage({ type: 'minor' });
  }
}

/** One for the process, whose heap it is. */
export const passingMemory = new PassingMemory();
