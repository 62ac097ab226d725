import type { ServerResponse } from 'node:http';
import type { Logger } from '#service-shell';
import type { EventFormat } from './event-format.ts';
import type { FleetEvent } from './fleet-event.ts';

/** A client that is this far behind will not catch up; classic's figure (spec/classic-swarm.md 8.5). */
export const queuedMax = 10_000;

const newline = Buffer.from('\n');

/** Writes matching events to one client in its format; cuts it off when it reads too slowly. */
export class EventWriter {
  /** Resolves when the client was cut off. */
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;
  readonly #format: EventFormat;
  readonly #matches: (event: FleetEvent) => boolean;
  readonly #logger: Logger;
  readonly #close: () => void;
  #queued = 0;

  constructor(response: ServerResponse, format: EventFormat, matches: (event: FleetEvent) => boolean, logger: Logger) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#close = resolve;
    this.#response = response;
    this.#format = format;
    this.#matches = matches;
    this.#logger = logger;
  }

  write(event: FleetEvent): void {
    if (this.#response.destroyed || !this.#format.isTold(event) || !this.#matches(event)) return;
    this.#queued += 1;
    if (this.#queued > queuedMax) return this.cutOff();
    const { before, shape } = this.#format;
    this.#response.write(Buffer.concat([before, event.line(shape), newline]), () => {
      this.#queued -= 1;
    });
  }

  /** The client, or what it waits for, is too slow. */
  cutOff(): void {
    this.#logger.warn({ queuedMax }, 'a client of /events reads too slowly and is cut off');
    this.#response.destroy();
    this.#close();
  }

  end(): void {
    this.#response.end();
  }
}
