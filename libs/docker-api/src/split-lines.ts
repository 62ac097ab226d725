/** One message of an event or progress stream; a daemon's are some hundred bytes. */
const messageMaxBytes = 4 * 1024 * 1024;
const quote = 0x22;
const backslash = 0x5c;
const open = 0x7b;
const close = 0x7d;

/**
 * Cuts a stream of JSON objects (with or without newlines between) into messages, each exactly as it came.
 * Throws on a message over the bound; bytes between objects are dropped.
 */
export class JsonSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #at = 0;
  #depth = 0;
  #inString = false;
  #start = -1;

  /** The objects that are complete with this chunk. */
  push(chunk: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    for (; this.#at < this.#rest.length; this.#at++) this.#step(this.#rest[this.#at] ?? 0, messages);
    const keepFrom = this.#start < 0 ? this.#at : this.#start;
    this.#rest = this.#rest.subarray(keepFrom);
    this.#at -= keepFrom;
    if (this.#start >= 0) this.#start = 0;
    if (this.#rest.length > messageMaxBytes)
      throw new SyntaxError(`a message of the stream is longer than ${messageMaxBytes} bytes`);
    return messages;
  }

  /** Within a message: a stream that ends here was cut. */
  get isMidway(): boolean {
    return this.#start >= 0;
  }

  #step(byte: number, messages: Buffer[]): void {
    if (this.#inString) {
      if (byte === backslash) this.#at++;
      else if (byte === quote) this.#inString = false;
      return;
    }
    if (byte === quote && this.#depth > 0) this.#inString = true;
    else if (byte === open) {
      if (this.#depth++ === 0) this.#start = this.#at;
    } else if (byte === close && this.#depth > 0 && --this.#depth === 0) {
      messages.push(this.#rest.subarray(this.#start, this.#at + 1));
      this.#start = -1;
    }
  }
}
