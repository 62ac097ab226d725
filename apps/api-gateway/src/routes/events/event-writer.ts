import type { ServerResponse } from 'node:http';
import type { Logger } from '#service-shell';
import type { FleetEvent } from './fleet-event.ts';

/** A client that is this far behind will not catch up; classic's figure (spec/classic-swarm.md 8.5). */
const queuedMax = 10_000;

const newline = Buffer.from('\n');

/** Writes matching events to one client, one JSON a line; cuts it off when it reads too slowly. */
export class EventWriter {
  /** Resolves when the client was cut off. */
  readonly closed: Promise<void>;
  readonly #response: ServerResponse;
  readonly #matches: (event: FleetEvent) => boolean;
  readonly #logger: Logger;
  readonly #close: () => void;
  #queued = 0;

  constructor(response: ServerResponse, matches: (event: FleetEvent) => boolean, logger: Logger) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#close = resolve;
    this.#response = response;
    this.#matches = matches;
    this.#logger = logger;
  }

  write(event: FleetEvent): void {
    if (this.#response.destroyed || !this.#matches(event)) return;
    this.#queued += 1;
    if (this.#queued > queuedMax) {
      this.#logger.warn({ queuedMax }, 'a client of /events reads too slowly and is cut off');
      this.#response.destroy();
      this.#close();
      return;
    }
    this.#response.write(Buffer.concat([event.line, newline]), () => {
      this.#queued -= 1;
    });
  }

  end(): void {
    this.#response.end();
  }
}
