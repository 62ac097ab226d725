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
  readonly #begun = new BegunMessage();
  #depth = 0;
  #inString = false;
  /** The chunk before ended with a backslash in a string: the next byte means nothing. */
  #isEscaped = false;

  /** The objects that are complete with this chunk. */
  push(chunk: Buffer): Buffer[] {
    const messages: Buffer[] = [];
    let [depth, inString] = [this.#depth, this.#inString];
    let start = 0;
    let at = this.#isEscaped ? 1 : 0;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (byte === backslash) at++;
        else if (byte === quote) inString = false;
      } else if (byte === quote) inString = depth > 0;
      else if (byte === open) {
        if (depth++ === 0) start = at;
      } else if (byte === close && depth > 0 && --depth === 0)
        messages.push(this.#begun.completed(chunk.subarray(start, at + 1)));
    }
    [this.#depth, this.#inString] = [depth, inString];
    this.#isEscaped = at > chunk.length;
    if (depth > 0) this.#begun.add(chunk.subarray(start));
    return messages;
  }

  /** Within a message: a stream that ends here was cut. */
  get isMidway(): boolean {
    return this.#depth > 0;
  }
}

/** What has come of a message so far. However small the pieces are, each byte is copied twice at most on the average. */
class BegunMessage {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  add(piece: Buffer): void {
    const length = this.#length + piece.length;
    if (length > messageMaxBytes) throw new SyntaxError(`a message of the stream is longer than ${messageMaxBytes} bytes`);
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** The whole message with its last piece, for whoever asked to keep. */
  completed(last: Buffer): Buffer {
    if (this.#length === 0) return last;
    this.add(last);
    const message = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return message;
  }
}
