/** Before a message of gRPC: one byte that tells whether it is compressed, four of its length. */
const prefixBytes = 5;

/** Puts the first message of a call together from its DATA; one that is too long to keep is let go. */
export class GrpcMessage {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #isOver = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The message, once and when it is complete and not compressed. */
  add(data: Buffer): Buffer | undefined {
    if (this.#isOver) return undefined;
    this.#parts.push(data);
    this.#bytes += data.length;
    if (this.#bytes < prefixBytes) return undefined;
    const all = Buffer.concat(this.#parts);
    this.#parts = [all];
    const end = prefixBytes + all.readUInt32BE(1);
    if (end > this.#maxBytes) return this.#letGo();
    if (all.length < end) return undefined;
    this.#letGo();
    return all[0] === 0 ? all.subarray(prefixBytes, end) : undefined;
  }

  #letGo(): undefined {
    this.#isOver = true;
    this.#parts = [];
  }
}
