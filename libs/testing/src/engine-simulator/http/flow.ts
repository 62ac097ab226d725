import type { Writable } from 'node:stream';

/**
 * Writes what `next` gives until it gives nothing, no faster than the reader takes it; then calls back. Ends silently when the reader
 * has gone.
 */
export function flow(to: Writable, next: () => Buffer | undefined, done: () => void): void {
  const more = (): void => {
    for (let piece = next(); piece !== undefined; piece = next()) {
      if (to.destroyed) return;
      if (!to.write(piece)) {
        to.once('drain', more);
        return;
      }
    }
    done();
  };
  more();
}

const pieceBytes = 256 * 1024;
const piece = Buffer.alloc(pieceBytes, 'x');

/** Gives so many bytes of nothing in particular, in pieces of one shared buffer. */
export function filler(bytes: number): () => Buffer | undefined {
  let left = bytes;
  return () => {
    if (left === 0) return undefined;
    const size = Math.min(left, pieceBytes);
    left -= size;
    return size === pieceBytes ? piece : piece.subarray(0, size);
  };
}

/** Gives what the first gives, then what the next gives. */
export function inTurn(...sources: readonly (() => Buffer | undefined)[]): () => Buffer | undefined {
  let at = 0;
  return () => {
    for (; at < sources.length; at++) {
      const bytes = sources[at]?.();
      if (bytes !== undefined) return bytes;
    }
    return undefined;
  };
}

/** Gives these bytes once. */
export function once(bytes: Buffer): () => Buffer | undefined {
  let left: Buffer | undefined = bytes;
  return () => {
    const given = left;
    left = undefined;
    return given;
  };
}
