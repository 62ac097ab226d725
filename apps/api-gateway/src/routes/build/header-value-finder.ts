/** The static table of HPACK has this many entries; higher indexes are the dynamic table's (RFC 7541, 2.3.3). */
const staticEntries = 61;
/** The dynamic table never holds more: each entry counts 32 bytes and more of the 4 KiB that encoders of gRPC use. */
const dynamicEntriesMax = 128;

/**
 * Finds out which blocks of headers of an HTTP/2 connection carry one certain value, without decoding the others. Every block of a
 * direction has to be shown to it, in order: later ones refer to earlier ones. An entry that was evicted is never referred to, so that
 * no sizes need be counted.
 */
export class HeaderValueFinder {
  readonly #forms: readonly Buffer[];
  /** The newest first: does the entry have the value? */
  #dynamic: boolean[] = [];

  /** `forms`: the value as it stands in a block, plain and Huffman-coded. */
  constructor(forms: readonly Buffer[]) {
    this.#forms = forms;
  }

  /** Throws RangeError for a block that ends midway. */
  isIn(block: Buffer): boolean {
    const reader = new BlockReader(block);
    let isFound = false;
    while (!reader.isAtEnd) if (this.#readField(reader)) isFound = true;
    return isFound;
  }

  #readField(reader: BlockReader): boolean {
    const first = reader.peek();
    if (first >= 0x80) return this.#dynamic[reader.integer(7) - staticEntries - 1] ?? false;
    // A change of the table's size.
    if (first >= 0x20 && first < 0x40) {
      reader.integer(5);
      return false;
    }
    const isIndexed = first >= 0x40;
    if (reader.integer(isIndexed ? 6 : 4) === 0) reader.text();
    const value = reader.text();
    const matches = this.#forms.some((form) => form.equals(value));
    if (isIndexed) this.#dynamic = [matches, ...this.#dynamic.slice(0, dynamicEntriesMax - 1)];
    return matches;
  }
}

/** Integers and strings of a block (RFC 7541, 5). */
class BlockReader {
  readonly #block: Buffer;
  #at = 0;

  constructor(block: Buffer) {
    this.#block = block;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#block.length;
  }

  peek(): number {
    return this.#block.readUInt8(this.#at);
  }

  integer(prefixBits: number): number {
    const mask = 2 ** prefixBits - 1;
    let value = this.#next() & mask;
    if (value < mask) return value;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#next();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  /** The bytes of a string as they stand, Huffman-coded or not. */
  text(): Buffer {
    const length = this.integer(7);
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#block.length) throw new RangeError('the block of headers ends in a string');
    return this.#block.subarray(start, this.#at);
  }

  #next(): number {
    const byte = this.#block.readUInt8(this.#at);
    this.#at += 1;
    return byte;
  }
}
