import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Bytes that passed until their memory is given back. Each is some three bytes of buffers: as it was read, joined, and written. V8 by itself
 * looks for dead buffers through the whole heap, every 64 MiB of them.
 */
const collectEveryBytes = 4 * 1024 * 1024;

type CollectYoung = (options: { readonly type: 'minor' }) => void;

/**
 * Gives back the memory of bytes that pass through this process. Buffers weigh nothing in V8's young generation, so it would hardly ever be
 * collected, and they would live until the whole heap is: half of what a tunnel cost (docs/adr/0027).
 */
class PassingMemory {
  /** Most processes never have a tunnel: made when the first bytes have passed. */
  #collectYoung: CollectYoung | undefined;
  #passedBytes = 0;

  passed(bytes: number): void {
    this.#passedBytes += bytes;
    if (this.#passedBytes < collectEveryBytes) return;
    this.#passedBytes = 0;
    this.#collectYoung ??= youngCollector();
    this.#collectYoung({ type: 'minor' });
  }
}

/** One for the process, whose heap it is. */
export const passingMemory = new PassingMemory();

/** V8's own, which Node hides unless asked for: only contexts made after the flag have it. */
function youngCollector(): CollectYoung {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as CollectYoung;
}
