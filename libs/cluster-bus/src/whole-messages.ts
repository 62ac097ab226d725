/** Where bytes are read into at a time. What is left of one buffer is filled before the next one is taken; none is filled twice. */
export const readBytes = 256 * 1024;
/** A buffer with less room than a plain read has is left. */
const roomMinBytes = 64 * 1024;
const lineEndBytes = 2;
/** nats-server's longest line of control. */
const lineMaxBytes = 4_096;
/** What the client takes for a message at most; it refuses the line of a larger one. */
const payloadMaxBytes = 64 * 1024 * 1024;
const [newline, blank, zero, upperM, upperH] = [0x0a, 0x20, 0x30, 0x4d, 0x48];

/**
 * Cuts what comes from a nats-server where its messages end. The client's parser is given whole messages, whose payloads it hands on as
 * they lie; those that reads cut through it would copy together, twice.
 */
export class WholeMessages {
  #buffer = Buffer.allocUnsafeSlow(readBytes);
  /** Of the buffer: where the next message begins, how far it is filled, how far it must be for one message more. */
  #begin = 0;
  #filled = 0;
  #neededBytes = 0;

  /** Where the next read goes. */
  next(): Buffer {
    const rest = this.#filled - this.#begin;
    if (this.#buffer.length - this.#filled < roomMinBytes || this.#begin + this.#neededBytes > this.#buffer.length) {
      const next = Buffer.allocUnsafeSlow(Math.max(readBytes, this.#neededBytes + roomMinBytes));
      this.#buffer.copy(next, 0, this.#begin, this.#filled);
      this.#buffer = next;
      this.#begin = 0;
      this.#filled = rest;
    }
    return this.#buffer.subarray(this.#filled);
  }

  /** So many bytes were read: the messages that are whole now; `undefined` = none is. Nothing is written over them. */
  read(length: number): Buffer | undefined {
    this.#filled += length;
    const begin = this.#begin;
    let end = begin;
    for (let size = this.#sizeAt(end); size > 0; size = this.#sizeAt(end)) end += size;
    this.#begin = end;
    return end === begin ? undefined : this.#buffer.subarray(begin, end);
  }

  /** Of the message that begins there, if it is whole; 0 = it is not. */
  #sizeAt(begin: number): number {
    this.#neededBytes = 0;
    const available = this.#filled - begin;
    const lineEnd = available === 0 ? -1 : this.#buffer.subarray(begin, this.#filled).indexOf(newline);
    // What is no line of nats-server's is the parser's to complain of.
    if (lineEnd < 0) return available > lineMaxBytes ? available : 0;
    const size = lineEnd + 1 + this.#payloadBytes(begin, begin + lineEnd);
    if (size <= available) return size;
    this.#neededBytes = size;
    return 0;
  }

  /** `MSG … <bytes>` and `HMSG … <bytes>` have so many bytes and a line's end behind them. */
  #payloadBytes(begin: number, newlineAt: number): number {
    const first = this.#buffer[begin];
    if (first !== upperM && first !== upperH) return 0;
    let [bytes, unit] = [0, 1];
    for (let at = newlineAt - lineEndBytes; at > begin && this.#buffer[at] !== blank; at--, unit *= 10) {
      bytes += ((this.#buffer[at] ?? zero) - zero) * unit;
    }
    return bytes >= 0 && bytes <= payloadMaxBytes ? bytes + lineEndBytes : 0;
  }
}
