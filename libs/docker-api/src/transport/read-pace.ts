import { plainReadBytes } from './read-buffers.ts';

/** A piece of this size belongs to bulk: daemons and clients write such streams 32 KiB at a time. */
export const bulkPieceBytes = 16 * 1024;
/** A read of this size costs little enough a byte; whoever brings so much at once need not be waited for. */
const enoughBytes = 512 * 1024;
/** Reads until a rest is tried again where one brought nothing. */
const readsWithoutRest = 16;

/** How long a stream rests after a read of bulk, so that more comes together for the next one, ms. */
export const restMs = 1;

/**
 * Tells after which reads a stream of bulk rests. Its sender writes it in small pieces, and a reader that keeps up is woken for each one, which costs
 * more than the bytes. A sender that does not go on meanwhile (its window is full, or it waits for an answer) loses by it: it is
 * rested for again only now and then.
 */
export class ReadPace {
  #hasRested = false;
  #withoutRest = 0;

  /** After a read of so many bytes. */
  restsAfter(length: number): boolean {
    if (this.#hasRested && length < plainReadBytes) this.#withoutRest = readsWithoutRest;
    this.#hasRested = false;
    if (length < bulkPieceBytes || length >= enoughBytes) return false;
    if (this.#withoutRest > 0) {
      this.#withoutRest -= 1;
      return false;
    }
    this.#hasRested = true;
    return true;
  }
}
