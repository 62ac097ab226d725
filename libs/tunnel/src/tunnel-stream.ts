import { Duplex } from 'node:stream';
import type { EngineStream } from '#docker-api';
import type { Clock } from '#service-shell';
import { decodeFrame, encodeFrame } from './frame.ts';
import { IdleTimer } from './idle-timer.ts';
import { chunkMaxBytes, lingerMaxMs } from './limits.ts';
import { type FlowEffect, type FlowInput, openingFlow, stepFlow } from './tunnel-flow.ts';

export type TunnelStreamParts = {
  /** What this side allows the other to have under way. */
  readonly windowBytes: number;
  readonly clock: Clock;
  /** The parts of one message, which are copied at once. */
  readonly send: (message: readonly Uint8Array[]) => void;
  /** The failure users see when the tunnel breaks for this reason. */
  readonly failure: (reason: string) => Error;
  readonly onClosed: () => void;
};

/**
 * One end of a tunnel as a half-open byte stream that stands where HTTP clients expect a socket. Memory: at most its window and two chunks,
 * whatever its reader and the other side do. Give it every message of its subject with `receive`, and `look` now and then.
 */
export class TunnelStream extends Duplex implements EngineStream {
  readonly #parts: TunnelStreamParts;
  readonly #idle: IdleTimer;
  #flow;
  /** Delivered and not yet taken by the reader; `undefined` = the end. */
  #inbox: ({ readonly bytes: Uint8Array; readonly costBytes: number } | undefined)[] = [];
  #readerWaits = false;
  #otherGone = false;
  #cancelLinger: () => void = () => undefined;
  #onAccepted: (() => void) | undefined;
  #onEndSent: (() => void) | undefined;

  constructor(parts: TunnelStreamParts) {
    super({ allowHalfOpen: true, readableHighWaterMark: chunkMaxBytes, writableHighWaterMark: chunkMaxBytes });
    this.#parts = parts;
    this.#flow = openingFlow(parts.windowBytes, parts.clock.monotonicMs());
    this.#idle = new IdleTimer(parts.clock, () => this.emit('timeout'));
  }

  /** Until `open`: what is written waits. */
  get connecting(): boolean {
    return this.#flow.phase === 'opening' && !this.destroyed;
  }

  /** The other side takes bytes from now on, as many as it says. */
  open(creditBytes: number): void {
    this.#step({ type: 'opened', creditBytes, atMs: this.#nowMs });
    this.emit('connect');
    this.emit('ready');
  }

  receive(message: Uint8Array): void {
    const frame = decodeFrame(message);
    if (frame === undefined) return this.fail('what came is no frame of a tunnel');
    this.#idle.touch();
    this.#step({ type: 'frame', frame, atMs: this.#nowMs });
  }

  /** Pings when it has been idle, breaks when the other side has been silent. */
  look(): void {
    this.#step({ type: 'look', atMs: this.#nowMs });
  }

  /** Breaks the tunnel: the reader and the writer get the failure, the other side is told. */
  fail(reason: string): void {
    if (this.destroyed) return;
    this.#step({ type: 'abort', reason });
    this.destroy(this.#parts.failure(reason));
  }

  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  resetAndDestroy(): this {
    return this.destroy();
  }

  /** Emits `timeout` after so long without a byte in either direction; 0 = never. */
  setTimeout(timeoutMs: number, callback?: () => void): this {
    this.#idle.set(timeoutMs);
    if (callback !== undefined && timeoutMs > 0) this.once('timeout', callback);
    return this;
  }

  /** There is no socket underneath: packets are not delayed, pings keep the link alive, and nothing holds the process. */
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    this.#readerWaits = true;
    this.#hand();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#write([chunk], callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: () => void): void {
    this.#write(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  override _final(callback: () => void): void {
    if (this.#otherGone) return callback();
    this.#onEndSent = callback;
    this.#step({ type: 'end', atMs: this.#nowMs });
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#step({ type: 'abort', reason: error?.message ?? 'the other side closed it' });
    this.#inbox = [];
    this.#cancelLinger();
    this.#idle.set(0);
    this.#parts.onClosed();
    callback(error);
  }

  get #nowMs(): number {
    return this.#parts.clock.monotonicMs();
  }

  #write(chunks: readonly Uint8Array[], callback: () => void): void {
    const parts = chunks.filter((chunk) => chunk.length > 0);
    // Nobody reads any more: as with a socket, what is written then is lost.
    if (this.#otherGone || parts.length === 0) return callback();
    this.#onAccepted = callback;
    this.#idle.touch();
    this.#step({ type: 'write', parts, atMs: this.#nowMs });
  }

  #step(input: FlowInput): void {
    const { state, effects } = stepFlow(this.#flow, input);
    this.#flow = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: FlowEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#parts.send(encodeFrame(effect.frame, effect.sequence, effect.parts));
      case 'deliver':
        this.#inbox.push({ bytes: this.#asKept(effect.bytes), costBytes: effect.costBytes });
        return this.#hand();
      case 'deliver-end':
        this.#inbox.push(undefined);
        return this.#hand();
      case 'accepted':
        return this.#settle('accepted');
      case 'end-sent':
        return this.#settle('end-sent');
      case 'other-gone':
        return this.#linger();
      case 'broke':
        this.destroy(this.#parts.failure(effect.reason));
    }
  }

  #settle(what: 'accepted' | 'end-sent'): void {
    const callback = what === 'accepted' ? this.#onAccepted : this.#onEndSent;
    if (what === 'accepted') this.#onAccepted = undefined;
    else this.#onEndSent = undefined;
    callback?.();
  }

  /** A payload is a window on what the connection to NATS has read: what the reader does not take at once would keep all of that. */
  #asKept(bytes: Uint8Array): Uint8Array {
    return this.#readerWaits && this.#inbox.length === 0 ? bytes : Buffer.from(bytes);
  }

  /** Gives the reader as much as it wants; what it took is credit for the other side. */
  #hand(): void {
    while (this.#readerWaits && this.#inbox.length > 0 && !this.destroyed) {
      const next = this.#inbox.shift();
      this.#readerWaits = this.push(next?.bytes ?? null) && next !== undefined;
      if (next !== undefined) this.#step({ type: 'read', costBytes: next.costBytes, atMs: this.#nowMs });
    }
  }

  /** What came before the other side went is still to be read; whatever is written now is lost. */
  #linger(): void {
    this.#otherGone = true;
    this.#settle('accepted');
    this.#settle('end-sent');
    if (this.readableEnded) return void this.destroy();
    this.once('end', () => this.destroy());
    this.#cancelLinger = this.#parts.clock.after(lingerMaxMs, () => this.destroy());
  }
}
