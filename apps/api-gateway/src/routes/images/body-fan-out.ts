import { type Readable, Writable } from 'node:stream';
import { BaleenError } from '#contracts';
import { pour } from '#docker-api';
import type { Clock } from '#service-shell';

/** An engine that does not take one read of the upload (1 MiB at most) in so long, while others could go on, is given up. */
export const stalledMs = 30_000;

/** Where one engine takes its bytes: from when its request's head has gone out. */
export type Connection = Writable;

/** One engine's share of an upload. */
export type Branch = {
  readonly attach: (connection: Connection) => void;
  /** The engine takes no more, or never will. */
  readonly leave: () => void;
};

/**
 * One body for several engines, as it came and without a copy: each read goes into all connections, and the next one follows when all
 * have taken it. What an engine is behind, its connection's own buffers hold. An engine that leaves, breaks or stands still is left
 * behind; the others get every byte, and the last one is waited for as long as it wants.
 */
export class BodyFanOut {
  readonly branches: readonly Branch[];
  readonly #shares: readonly Share[];
  readonly #clock: Clock;

  /** `passesEnd`: the end of the source is one that engines are to see, as they do without a gateway. */
  constructor(source: Readable, count: number, clock: Clock, { passesEnd }: { readonly passesEnd: boolean }) {
    this.#clock = clock;
    this.#shares = Array.from({ length: count }, () => new Share());
    this.branches = this.#shares;
    source.once('close', () => {
      if (!source.readableEnded) for (const share of this.#open()) share.break(endedEarly());
    });
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, taken) => this.#give(chunk, taken),
      final: (ended) => {
        if (passesEnd) for (const share of this.#open()) share.end();
        ended();
      },
    });
    pour(source, sink);
  }

  #give(chunk: Buffer, taken: () => void): void {
    const open = this.#open();
    // Nobody wants it: a client that first sends everything must not wait for ever for somebody to take it.
    if (open.length === 0) return taken();
    let behind = open.length;
    let stopWatching = (): void => undefined;
    const onSettled = () => {
      behind -= 1;
      if (behind > 0) return;
      stopWatching();
      taken();
    };
    for (const share of open) share.give({ chunk, onSettled });
    if (behind > 0) stopWatching = this.#clock.after(stalledMs, () => this.#giveUp());
  }

  /** Those that are behind hold the others up; only where all are it would be for the last one's sake. */
  #giveUp(): void {
    for (const share of this.#open()) if (share.isBehind && this.#open().length > 1) share.break(stalled());
  }

  #open(): Share[] {
    return this.#shares.filter((share) => share.isOpen);
  }
}

type Given = { readonly chunk: Buffer; readonly onSettled: () => void };

class Share implements Branch {
  #connection: Connection | undefined;
  /** What it has not taken yet. */
  #given: Given | undefined;
  #broken: Error | undefined;
  isOpen = true;

  get isBehind(): boolean {
    return this.#given !== undefined;
  }

  readonly attach = (connection: Connection): void => {
    this.#connection = connection;
    connection.once('close', this.leave);
    if (this.#broken !== undefined) connection.destroy(this.#broken);
    else if (connection.destroyed) this.leave();
    else if (this.#given !== undefined) this.#send(connection, this.#given);
  };

  readonly leave = (): void => {
    this.isOpen = false;
    this.#connection?.off('close', this.leave);
    this.#settle(this.#given);
  };

  give(given: Given): void {
    this.#given = given;
    if (this.#connection !== undefined) this.#send(this.#connection, given);
  }

  end(): void {
    this.#connection?.end();
  }

  /** Its request fails with this. */
  break(error: Error): void {
    this.#broken = error;
    this.#connection?.destroy(error);
    this.leave();
  }

  #send(connection: Connection, given: Given): void {
    connection.write(given.chunk, () => this.#settle(given));
    // Most writes are done at once; their callback comes a tick later, when the next may be under way.
    if (connection.writableLength === 0) this.#settle(given);
  }

  #settle(given: Given | undefined): void {
    if (given === undefined || given !== this.#given) return;
    this.#given = undefined;
    given.onSettled();
  }
}

function endedEarly(): BaleenError {
  return new BaleenError('request/invalid', 'the body ended before it was complete');
}

function stalled(): BaleenError {
  return new BaleenError('engine/timeout', `it took nothing of the upload for ${stalledMs / 1_000} s and held the others up`);
}
