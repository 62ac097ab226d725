const chunkEnd = Buffer.from('\r\n');

/**
 * Lines that follow each other. Whoever appends the same lines to the same beginning has the same run, so that its bytes are put together
 * once, however many clients get them.
 */
export class EventRun {
  readonly #before: EventRun | undefined;
  readonly #line: Buffer;
  /** Mostly there is one. */
  #firstNext: EventRun | undefined;
  /** By what was appended. */
  #otherNext: Map<Buffer, EventRun> | undefined;
  #bytes: Buffer | undefined;
  #chunk: Buffer | undefined;

  /** Without lines; runs that are to be shared begin at the same one. */
  static empty(): EventRun {
    return new EventRun(undefined, Buffer.alloc(0));
  }

  private constructor(before: EventRun | undefined, line: Buffer) {
    this.#before = before;
    this.#line = line;
  }

  /** Lines are told apart by where they lie. */
  append(line: Buffer): EventRun {
    const first = this.#firstNext;
    if (first === undefined) {
      this.#firstNext = new EventRun(this, line);
      return this.#firstNext;
    }
    if (first.#line === line) return first;
    this.#otherNext ??= new Map();
    const next = this.#otherNext.get(line) ?? new EventRun(this, line);
    this.#otherNext.set(line, next);
    return next;
  }

  /** All lines, in one piece that must not be changed. */
  get bytes(): Buffer {
    this.#bytes ??= this.#joined();
    return this.#bytes;
  }

  /** `bytes` as a chunk of HTTP/1.1 (RFC 9112, 7.1), for runs with lines. */
  get chunk(): Buffer {
    this.#chunk ??= Buffer.concat([Buffer.from(`${this.bytes.length.toString(16)}\r\n`), this.bytes, chunkEnd]);
    return this.#chunk;
  }

  #joined(): Buffer {
    const lines = [this.#line];
    for (let run = this.#before; run !== undefined; run = run.#before) lines.push(run.#line);
    // The empty beginning comes last.
    return lines.length === 2 ? this.#line : Buffer.concat(lines.reverse());
  }
}
