/** What Node reads at most at a time: a read of this size says that more was waiting. */
export const plainReadBytes = 64 * 1024;
/** A read of bulk. Each read costs Node the same, so fewer and larger ones are cheaper; beyond this the gain is small (docs/adr/0025). */
export const largeReadBytes = 1024 * 1024;

/** Large buffers in use at once in one process: 64 MiB. With more bulk streams than that it is the machine that limits them. */
const largeBuffersMax = 64;
/** Kept for the next, so that a stream between bulk and trickle costs no allocation at each change. */
const freeBuffersMax = 4;

/** Large buffers, as many as a process can afford. */
class LargeBuffers {
  readonly #free: Buffer[] = [];
  #taken = 0;

  /** `undefined` = all are in use. */
  take(): Buffer | undefined {
    if (this.#taken >= largeBuffersMax) return undefined;
    this.#taken += 1;
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(largeReadBytes);
  }

  /** One that is not idle still belongs to whoever writes it out. */
  giveBack(buffer: Buffer, isIdle: boolean): void {
    this.#taken -= 1;
    if (isIdle && this.#free.length < freeBuffersMax) this.#free.push(buffer);
  }
}

/** One for the process, whose memory it bounds. */
const largeBuffers = new LargeBuffers();

/** Where one stream is read into: a large buffer as long as it is bulk and there is one, else a small one of its own. */
export class ReadBuffer {
  #small: Buffer | undefined;
  #large = largeBuffers.take();
  #isOver = false;

  get current(): Buffer {
    if (this.#large !== undefined) return this.#large;
    this.#small ??= Buffer.allocUnsafeSlow(plainReadBytes);
    return this.#small;
  }

  /** After a read of so many bytes, which have been written out. */
  adapt(length: number): void {
    if (this.#isOver) return;
    if (this.#large === undefined && length >= plainReadBytes) this.#large = largeBuffers.take();
    else if (this.#large !== undefined && length < plainReadBytes) this.#giveBack(this.#large, true);
  }

  /** The stream is over; `isIdle`: all that was read has been written out, and nothing is read into it any more. */
  release(isIdle: boolean): void {
    this.#isOver = true;
    if (this.#large !== undefined) this.#giveBack(this.#large, isIdle);
  }

  #giveBack(buffer: Buffer, isIdle: boolean): void {
    this.#large = undefined;
    largeBuffers.giveBack(buffer, isIdle);
  }
}
