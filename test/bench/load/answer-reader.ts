/** Of an answer that is kept: errors and created ids, never lists. */
const keptMaxBytes = 64 * 1024;
const headEnd = '\r\n\r\n';
/** Nearly all heads are shorter. */
const headStepBytes = 2_048;

type State = 'head' | 'counted body' | 'chunk size' | 'chunk' | 'trailer' | 'done';

/**
 * Follows one HTTP/1.1 answer to its end, over whatever pieces it comes in; counts its body and looks at nothing in it, so that a list of
 * 200 MB costs its reader next to nothing. Answers that end with their connection are unknown to it.
 */
export class AnswerReader {
  status = 0;
  bodyBytes = 0;
  readonly #keepsBody: boolean;
  readonly #kept: Buffer[] = [];
  #state: State = 'head';
  #line = '';
  /** Bytes of the body, of the chunk with its line end, that are still to come. */
  #left = 0;

  constructor(keepsBody: boolean) {
    this.#keepsBody = keepsBody;
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** The beginning of the body, if it was to be kept. */
  get body(): string {
    return Buffer.concat(this.#kept).toString();
  }

  /** The bytes may be overwritten afterwards. */
  feed(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length && this.#state !== 'done') at = this.#step(bytes, at);
  }

  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'counted body':
      case 'chunk':
        return this.#pass(bytes, at);
      default:
        return this.#readLine(bytes, at);
    }
  }

  /** Of the bytes no more is taken than can be the head: a text as long as a list costs its reader milliseconds of garbage. */
  #readHead(bytes: Buffer, at: number): number {
    const before = this.#line.length;
    this.#line += bytes.toString('latin1', at, Math.min(bytes.length, at + headStepBytes));
    const end = this.#line.indexOf(headEnd);
    if (end < 0) return Math.min(bytes.length, at + headStepBytes);
    const head = this.#line.slice(0, end);
    const behind = at + end + headEnd.length - before;
    this.#line = '';
    this.status = Number(head.slice(9, 12));
    this.#state = this.#bodyOf(head);
    return behind;
  }

  #bodyOf(head: string): State {
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) return 'chunk size';
    this.#left = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    return this.#left === 0 ? 'done' : 'counted body';
  }

  #pass(bytes: Buffer, at: number): number {
    const taken = Math.min(this.#left, bytes.length - at);
    this.#keep(bytes.subarray(at, at + taken));
    this.bodyBytes += taken;
    this.#left -= taken;
    if (this.#left === 0) this.#state = this.#state === 'chunk' ? 'chunk size' : 'done';
    return at + taken;
  }

  /** A chunk's size, or the line behind the last chunk. */
  #readLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(10, at);
    this.#line += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
    if (end < 0) return bytes.length;
    const line = this.#line.trim();
    this.#line = '';
    if (this.#state === 'trailer') this.#state = 'done';
    // The line end of the chunk before.
    else if (line !== '') this.#beginChunk(Number.parseInt(line, 16));
    return end + 1;
  }

  #beginChunk(size: number): void {
    this.#left = size;
    this.#state = size === 0 ? 'trailer' : 'chunk';
  }

  #keep(bytes: Buffer): void {
    if (this.#keepsBody && this.bodyBytes < keptMaxBytes) this.#kept.push(Buffer.from(bytes));
  }
}
