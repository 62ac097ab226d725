import type { EngineStream } from '../transport/engine-transport.ts';
import { PingFrames, pingFrame, preface } from './ping-frames.ts';

const upgrade = Buffer.from(
  'POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n',
);
const headEnd = '\r\n\r\n';
const switched = /^HTTP\/1\.1 101 /;
/** Heads of upgrades are a hundred bytes; what goes on and on is none. */
const headMaxBytes = 16_384;

/** One connection that PING is asked on, one question at a time. */
export class HeartbeatLine {
  readonly #stream: EngineStream;
  readonly #frames = new PingFrames();
  /** Of the answer to the upgrade, until it is whole. */
  #head: Buffer | undefined = Buffer.alloc(0);
  #serial = 0n;
  #answer: ((isAnswered: boolean) => void) | undefined;
  #isClosed = false;
  #isRefused = false;

  /** `stream` may still be connecting: what is written meanwhile waits. */
  constructor(stream: EngineStream) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#arrive(chunk));
    stream.on('error', () => this.close());
    stream.on('end', () => this.close());
    stream.on('close', () => this.close());
    stream.write(upgrade);
  }

  /** The peer has agreed to speak HTTP/2. */
  get isOpen(): boolean {
    return this.#head === undefined;
  }

  /** The peer has answered that it does not. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  get isWaiting(): boolean {
    return this.#answer !== undefined;
  }

  /** False = the connection ended before the answer, or the peer does not agree. Not to be called while a question waits. */
  ask(): Promise<boolean> {
    if (this.#isClosed) return Promise.resolve(false);
    this.#serial += 1n;
    if (this.isOpen) this.#stream.write(pingFrame(this.#serial));
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stream.destroy();
    this.#settle(false);
  }

  #arrive(chunk: Buffer): void {
    if (this.#isClosed) return;
    try {
      const frames = this.#head === undefined ? chunk : this.#upgraded(this.#head, chunk);
      if (frames !== undefined) this.#receive(frames);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.close();
    }
  }

  /** The bytes behind the head of the answer; `undefined` = it is not whole, or a refusal. */
  #upgraded(before: Buffer, chunk: Buffer): Buffer | undefined {
    const bytes = Buffer.concat([before, chunk]);
    const end = bytes.indexOf(headEnd);
    if (end < 0 && bytes.length <= headMaxBytes) {
      this.#head = bytes;
      return undefined;
    }
    if (!switched.test(bytes.toString('latin1', 0, end))) {
      this.#isRefused = true;
      this.close();
      return undefined;
    }
    this.#head = undefined;
    this.#stream.write(preface);
    this.#stream.write(pingFrame(this.#serial));
    return bytes.subarray(end + headEnd.length);
  }

  #receive(chunk: Buffer): void {
    for (const news of this.#frames.push(chunk)) {
      if (news.type === 'ended') return this.close();
      if (news.type === 'reply') this.#stream.write(news.bytes);
      else if (news.serial === this.#serial) this.#settle(true);
    }
  }

  #settle(isAnswered: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(isAnswered);
  }
}
