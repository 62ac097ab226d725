/** Types and flags of HTTP/2 frames that a watcher looks at (RFC 9113, 6). */
export const frameType = { data: 0, headers: 1, resetStream: 3, goAway: 7, continuation: 9 } as const;
export const frameFlag = { endStream: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

export type FrameHead = { readonly length: number; readonly type: number; readonly flags: number; readonly stream: number };

const headBytes = 9;

/**
 * Reads the frames of one direction of an HTTP/2 connection out of bytes that are passed on anyway. It keeps no more than a frame's
 * head, and the payloads it was asked to keep.
 */
export class FrameScanner {
  readonly #keeps: (head: FrameHead) => boolean;
  readonly #onFrame: (head: FrameHead, payload: Buffer) => void;
  /** Bytes of the connection's preface still to come. */
  #preface: number;
  #partial = Buffer.alloc(0);
  #current: FrameHead | undefined;
  #missing = 0;
  #isKept = false;
  #payload: Buffer[] = [];

  /** `keeps` tells of which frames `onFrame`, called once their head is there, or their kept payload, wants the payload. */
  constructor(prefaceBytes: number, keeps: (head: FrameHead) => boolean, onFrame: (head: FrameHead, payload: Buffer) => void) {
    this.#preface = prefaceBytes;
    this.#keeps = keeps;
    this.#onFrame = onFrame;
  }

  /** False in the middle of a frame: other bytes put here would be taken for its rest. */
  get isBetweenFrames(): boolean {
    return this.#current === undefined && this.#partial.length === 0 && this.#preface === 0;
  }

  push(chunk: Buffer): void {
    const skipped = Math.min(this.#preface, chunk.length);
    this.#preface -= skipped;
    let rest = chunk.subarray(skipped);
    while (rest.length > 0) rest = this.#current === undefined ? this.#readHead(rest) : this.#readPayload(rest, this.#current);
  }

  #readHead(bytes: Buffer): Buffer {
    const taken = Math.min(headBytes - this.#partial.length, bytes.length);
    this.#partial = Buffer.concat([this.#partial, bytes.subarray(0, taken)]);
    if (this.#partial.length === headBytes) {
      const head = parseHead(this.#partial);
      this.#partial = Buffer.alloc(0);
      this.#current = head;
      this.#missing = head.length;
      this.#isKept = this.#keeps(head);
      if (!this.#isKept) this.#onFrame(head, Buffer.alloc(0));
      if (head.length === 0) this.#finish(head);
    }
    return bytes.subarray(taken);
  }

  #readPayload(bytes: Buffer, head: FrameHead): Buffer {
    const part = bytes.subarray(0, this.#missing);
    this.#missing -= part.length;
    if (this.#isKept) this.#payload.push(part);
    if (this.#missing === 0) this.#finish(head);
    return bytes.subarray(part.length);
  }

  #finish(head: FrameHead): void {
    const payload = Buffer.concat(this.#payload);
    this.#current = undefined;
    this.#payload = [];
    if (this.#isKept) this.#onFrame(head, payload);
  }
}

function parseHead(bytes: Buffer): FrameHead {
  return {
    length: bytes.readUIntBE(0, 3),
    type: bytes.readUInt8(3),
    flags: bytes.readUInt8(4),
    stream: bytes.readUInt32BE(5) & 0x7fff_ffff,
  };
}
