import { zstdDecompressSync } from 'node:zlib';

/** No writer makes as much: what says so is not unpacked. */
const unpackedMaxBytes = 64 * 1024 * 1024;
/** Of an entry that cannot be unpacked: all that is known of the object are its facts. */
const nothing = Buffer.from('{}');

/** Unpacks bytes of a known length. Throws on any other. */
function unpacked(packed: Uint8Array, length: number): Buffer {
  if (length > unpackedMaxBytes) throw new Error(`${length} bytes are more than any batch has`);
  // One byte of room more than needed: zlib asks for another chunk when the first is full.
  const bytes = zstdDecompressSync(packed, { chunkSize: Math.max(64, length + 1), maxOutputLength: length + 1 });
  if (bytes.length !== length) throw new Error(`${bytes.length} bytes were packed where a batch says ${length}`);
  return bytes;
}

/** List entries that were packed together. They are unpacked together too, once, when the first of them is asked for. */
export class PackedPiece {
  readonly #onBroken: (error: unknown) => void;
  readonly #length: number;
  /** One of the two. */
  #packed: Buffer | undefined;
  #bytes: Buffer | undefined;

  /** `length`: bytes of all entries. `onBroken` hears when they cannot be unpacked. */
  constructor(packed: Buffer, length: number, onBroken: (error: unknown) => void) {
    this.#packed = packed;
    this.#length = length;
    this.#onBroken = onBroken;
  }

  slice(start: number, end: number): Buffer {
    if (this.#packed !== undefined) this.#unpack(this.#packed);
    return this.#bytes?.subarray(start, end) ?? nothing;
  }

  #unpack(packed: Buffer): void {
    this.#packed = undefined;
    try {
      this.#bytes = unpacked(packed, this.#length);
    } catch (error) {
      this.#onBroken(error);
    }
  }
}

/** A daemon's list entry, one JSON object, that lies packed until somebody asks for it. What it lies in stays in memory as long as it does. */
export class PackedEntry {
  readonly #piece: PackedPiece;
  readonly #start: number;
  readonly #end: number;

  constructor(piece: PackedPiece, start: number, end: number) {
    this.#piece = piece;
    this.#start = start;
    this.#end = end;
  }

  get bytes(): Buffer {
    return this.#piece.slice(this.#start, this.#end);
  }
}
