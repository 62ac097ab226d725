import type { ServerResponse } from 'node:http';
import type { Logger } from '#service-shell';
import type { EventBeat } from './event-beat.ts';
import type { EventFormat } from './event-format.ts';
import type { EventRun } from './event-run.ts';
import type { FleetEvent } from './fleet-event.ts';

/** A client that is this far behind will not catch up; classic's figure (spec/classic-swarm.md 8.5). */
export const queuedMax = 10_000;

export type EventWriterParts = {
  /** Whose head has been sent, and that nobody else writes to. */
  readonly response: ServerResponse;
  readonly format: EventFormat;
  readonly matches: (event: FleetEvent) => boolean;
  readonly beat: EventBeat;
  readonly logger: Logger;
};

/** Writes matching events to one client in its format, those of one beat together; cuts it off when it reads too slowly. */
export class EventWriter {
  /** Resolves when the client was cut off. */
  readonly closed: Promise<void>;
  readonly #parts: EventWriterParts;
  readonly #close: () => void;
  /** Written at the next beat. */
  #pending: EventRun | undefined;
  /** Events that the client's connection has not taken yet. */
  #queued = 0;
  /** Of those, what was written already. */
  #writing = 0;

  constructor(parts: EventWriterParts) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#close = resolve;
    this.#parts = parts;
  }

  write(event: FleetEvent): void {
    const { response, format, matches, beat } = this.#parts;
    if (response.destroyed || !format.isTold(event) || !matches(event)) return;
    this.#queued += 1;
    if (this.#queued > queuedMax) return this.cutOff();
    const before = this.#pending ?? beat.beginning;
    this.#pending = (format.before.length > 0 ? before.append(format.before) : before).append(event.line(format.shape));
    beat.next(this.#flush);
  }

  /** The client, or what it waits for, is too slow. */
  cutOff(): void {
    this.#parts.logger.warn({ queuedMax }, 'a client of /events reads too slowly and is cut off');
    this.#parts.response.destroy();
    this.#close();
  }

  end(): void {
    this.#flush();
    this.#parts.response.end();
  }

  #flush = (): void => {
    const { response } = this.#parts;
    if (this.#pending === undefined || response.destroyed) return;
    const [run, count] = [this.#pending, this.#queued - this.#writing];
    this.#pending = undefined;
    this.#writing += count;
    const taken = () => {
      this.#writing -= count;
      this.#queued -= count;
    };
    // Node would frame it anew for each client, in four pieces: half of what a hundred of them cost. No socket yet: a request before it is being answered;
    // none to write to any more: its client has ended.
    if (response.chunkedEncoding && response.socket?.writable === true) response.socket.write(run.chunk, taken);
    else response.write(run.bytes, taken);
  };
}
