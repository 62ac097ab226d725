import { setTimeout as delay } from 'node:timers/promises';
import { type DiscoverySource, openSource, parseDiscovery } from '#discovery-sources';
import { silentLogger, systemClock } from '#service-shell';

/** Time enough for a busy machine; how long it took is printed. */
const seenMaxMs = 15_000;
const pollMs = 5;

/** A source that is being read: what it told, in order. */
export class Reading {
  readonly lists: string[][] = [];
  readonly errors: string[] = [];
  readonly #running: { stop(): void };

  constructor(source: DiscoverySource) {
    this.#running = source.start({
      onList: (addresses) => this.lists.push([...addresses]),
      onError: (error) => this.errors.push(error.message),
    });
  }

  /** The last list, sorted. */
  get now(): string[] | undefined {
    return this.lists.at(-1)?.toSorted();
  }

  /** Waits until exactly these are listed; resolves with the ms it took. */
  async shows(...addresses: string[]): Promise<number> {
    const wanted = addresses.toSorted().join(' ');
    return await this.#until(`lists [${wanted}]`, () => this.now?.join(' ') === wanted);
  }

  /** Waits for an error; resolves with the ms it took. */
  async says(text: string | RegExp): Promise<number> {
    return await this.#until(`says ${text}`, () => this.errors.some((error) => new RegExp(text).test(error)));
  }

  stop(): void {
    this.#running.stop();
  }

  async #until(what: string, holds: () => boolean): Promise<number> {
    const startedMs = performance.now();
    while (!holds()) {
      if (performance.now() - startedMs > seenMaxMs) {
        throw new Error(
          `not within ${seenMaxMs} ms: ${what}; listed ${JSON.stringify(this.lists)}, said ${JSON.stringify(this.errors)}`,
        );
      }
      await delay(pollMs);
    }
    return performance.now() - startedMs;
  }
}

/** Reads what a discovery argument names. */
export function read(argument: string, options: readonly string[], heartbeatMs: number): Reading {
  return new Reading(openTestSource(argument, options, heartbeatMs));
}

export function openTestSource(argument: string, options: readonly string[], heartbeatMs: number): DiscoverySource {
  const log = () => {
    throw new Error('this test has no log');
  };
  return openSource(parseDiscovery(argument, options), { clock: systemClock, logger: silentLogger(), heartbeatMs, log });
}
