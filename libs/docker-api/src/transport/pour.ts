import type { Readable, Writable } from 'node:stream';
import { readIntoOwn } from '#service-shell';
import { ReadBuffer } from './read-buffers.ts';
import { bulkPieceBytes, ReadPace, restMs } from './read-pace.ts';

/** What comes together is gathered so far: as much as tunnels bring by one read. A stream may bring any number of pieces in one turn. */
const gatheredMaxBytes = 256 * 1024;

/** One direction under way. */
export type Pouring = {
  /** Nothing more goes into the sink. The source is paused; what it still brings is dropped once it is resumed. */
  readonly stop: () => void;
};

/**
 * Carries what comes from `source` into `sink` at the sink's pace, and its end too unless `end` is false. Stops when the sink closes. What `source.pipe(sink)` does, at a third of the CPU for bulk: a plain socket that brings it
 * is read into a large buffer, which is written out before it is filled again, and rests a moment between reads of small pieces. Both streams' errors are the
 * caller's.
 */
export function pour(source: Readable, sink: Writable, { end = true }: { readonly end?: boolean } = {}): Pouring {
  const pouring = new Pour(source, sink, end);
  return { stop: () => pouring.stop() };
}

class Pour {
  readonly #source: Readable;
  readonly #sink: Writable;
  readonly #passesEnd: boolean;
  #mayTurn = true;
  #buffer: ReadBuffer | undefined;
  #isStopped = false;
  /** The source stands still until the sink has taken what it was given. */
  #isWaiting = false;
  readonly #pace = new ReadPace();
  /** The source stands still so that more comes together. */
  #resting: NodeJS.Timeout | undefined;

  constructor(source: Readable, sink: Writable, passesEnd: boolean) {
    this.#source = source;
    this.#sink = sink;
    this.#passesEnd = passesEnd;
    source.on('data', this.#onData).once('end', this.#onEnd).once('close', this.#onSourceClosed);
    sink.on('drain', this.#onTaken).once('close', this.#onSinkClosed);
    if (sink.writableNeedDrain) this.#wait();
    else source.resume();
    if (source.readableEnded) process.nextTick(this.#onEnd);
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#resting);
    this.#source.pause();
    this.#source.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onSourceClosed);
    this.#sink.off('drain', this.#onTaken).off('close', this.#onSinkClosed);
    const isRead = this.#source.readableEnded || this.#source.destroyed;
    this.#buffer?.release(isRead && this.#sink.writableLength === 0);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.#sink.writable) return;
    if (this.#sink.writableCorked === 0) {
      this.#sink.cork();
      process.nextTick(this.#onGathered);
    }
    const goesOn = this.#sink.write(chunk);
    if (chunk.length >= bulkPieceBytes && this.#mayTurn) this.#turnToOwnReads();
    if (!goesOn && this.#sink.writableLength >= gatheredMaxBytes) this.#wait();
  };

  /** What came together, as frames of a tunnel do, leaves by one write. */
  readonly #onGathered = (): void => {
    this.#sink.uncork();
    if (this.#sink.writableLength >= this.#sink.writableHighWaterMark && !this.#isStopped) this.#wait();
  };

  readonly #onTaken = (): void => {
    if (!this.#isWaiting || (this.#buffer !== undefined && this.#sink.writableLength > 0)) return;
    this.#isWaiting = false;
    this.#goOn();
  };

  readonly #onEnd = (): void => {
    if (this.#isStopped) return;
    if (this.#passesEnd) this.#sink.end();
    this.stop();
  };

  readonly #onSourceClosed = (): void => this.stop();

  readonly #onSinkClosed = (): void => this.stop();

  #wait(): void {
    this.#isWaiting = true;
    this.#source.pause();
  }

  #turnToOwnReads(): void {
    this.#mayTurn = false;
    // Somebody else reads along.
    if (this.#source.listenerCount('data') > 1) return;
    const buffer = new ReadBuffer();
    const onRead = (length: number) => this.#onOwnRead(buffer.current, length);
    const isTurned = readIntoOwn(this.#source, { buffer: buffer.current, onRead, nextBuffer: () => buffer.current });
    if (isTurned) this.#buffer = buffer;
    else buffer.release(true);
  }

  #onOwnRead(bytes: Buffer, length: number): boolean {
    if (this.#isStopped || !this.#sink.writable) return true;
    this.#sink.write(length === bytes.length ? bytes : bytes.subarray(0, length), this.#onTaken);
    this.#isWaiting = this.#sink.writableLength > 0;
    if (!this.#isWaiting) this.#buffer?.adapt(length);
    if (this.#pace.restsAfter(length)) this.#resting = setTimeout(this.#onRested, restMs);
    return !this.#isWaiting && this.#resting === undefined;
  }

  readonly #onRested = (): void => {
    this.#resting = undefined;
    this.#goOn();
  };

  #goOn(): void {
    if (!this.#isStopped && !this.#isWaiting && this.#resting === undefined) this.#source.resume();
  }
}
