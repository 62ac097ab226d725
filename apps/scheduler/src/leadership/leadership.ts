import { type ClusterLog, type ContendOptions, contend, type Lease, type LogFollower } from '#cluster-log';
import { encodeRecord, subjects } from '#contracts';
import { type Clock, type Logger, sleep } from '#service-shell';
import { type Term, termOf } from './term.ts';

/** What a scheduler does while it leads; made anew for every term, so nothing of an old term survives. */
export type Reign = { readonly stop: () => Promise<void> };

export type LeadershipParts = {
  readonly log: ClusterLog;
  readonly lease: ContendOptions;
  /** Follower of the ledger, which also follows `barrierOf(instance)`: leading starts only when it has read everything written before the lease was won. */
  readonly follower: () => LogFollower;
  readonly reign: (term: Term) => Promise<Reign>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Unique per process. */
  readonly instance: string;
};

/** A ledger that cannot catch up in this time leads nobody: others may be better off. */
const catchUpTimeoutMs = 10_000;

/** After a reign that could not start. Short: meanwhile nobody places. */
const retryDelayMs = 500;

/** Requests in flight when it stops politely; the gateway repeats what was cut off. The whole hand-over is to last 0.3 s. */
const finishInFlightMs = 200;

/** The barrier's record means nothing after it was read. */
const barrierTtlMs = 60_000;

/** Where a winner marks the log's end; reading its own mark, the follower has read all that came before. */
export function barrierOf(instance: string): string {
  return subjects.barrier(instance);
}

/**
 * contending → catching up → leading → (lost | handed over) → contending …
 * Serves only between catching up and the end of the lease; what a paused leader still writes the log refuses (`Term`).
 */
export class Leadership {
  readonly #parts: LeadershipParts;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #term: Term | undefined;

  constructor(parts: LeadershipParts) {
    this.#parts = parts;
  }

  /** The term being served just now. */
  get term(): Term | undefined {
    return this.#term?.held ? this.#term : undefined;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Stops serving, finishes what is in flight (bounded), gives the lease back. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopping'));
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#standAndLead(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#parts.logger.warn({ err: error }, 'leading failed, standing again');
        await sleep(this.#parts.clock, retryDelayMs, signal).catch(ignoreAbort(signal));
      }
    }
  }

  /** One candidacy: ends with the term it won, or when told to stop. The lease is given back in any case. */
  async #standAndLead(signal: AbortSignal): Promise<void> {
    const { log, clock, lease: options, logger } = this.#parts;
    const won = Promise.withResolvers<Lease | undefined>();
    const giveUp = () => won.resolve(undefined);
    signal.addEventListener('abort', giveUp, { once: true });
    const contender = contend(log, clock, 'scheduler', options, {
      onHeld: (lease) => won.resolve(lease),
      onUnavailable: (error) => logger.debug({ err: error }, 'the log does not answer, standing on'),
    });
    try {
      const lease = await won.promise;
      if (lease !== undefined) await this.#lead(lease);
    } finally {
      signal.removeEventListener('abort', giveUp);
      await contender.stop();
    }
  }

  async #lead(lease: Lease): Promise<void> {
    const { log, logger, instance } = this.#parts;
    const over = new AbortController();
    const term = termOf(log, lease, over.signal);
    const end = () => over.abort(new Error('the lease is lost'));
    if (lease.lost.aborted) end();
    lease.lost.addEventListener('abort', end, { once: true });
    let reign: Reign | undefined;
    try {
      const barrier = await term.write(barrierOf(instance), encodeRecord({}), barrierTtlMs);
      await this.#parts.follower().reached(barrier, catchUpTimeoutMs);
      reign = await this.#parts.reign(term);
      this.#term = term;
      logger.info({ term: term.number }, 'leadership acquired');
      await firstAbort(over.signal, this.#stopping.signal);
    } finally {
      lease.lost.removeEventListener('abort', end);
      this.#term = undefined;
      const lost = over.signal.aborted;
      await this.#finish(reign);
      over.abort(new Error('leadership was handed over'));
      logger.info({ term: term.number }, lost ? 'leadership lost' : 'leadership handed over');
    }
  }

  async #finish(reign: Reign | undefined): Promise<void> {
    if (reign === undefined) return;
    const bound = new AbortController();
    const stopped = reign.stop().catch((error: unknown) => this.#parts.logger.warn({ err: error }, 'stop of serving failed'));
    const late = sleep(this.#parts.clock, finishInFlightMs, bound.signal).catch(ignoreAbort(bound.signal));
    await Promise.race([stopped, late]);
    bound.abort();
  }
}

/** Resolves when either signal is aborted. */
function firstAbort(one: AbortSignal, other: AbortSignal): Promise<void> {
  const either = AbortSignal.any([one, other]);
  return new Promise((resolve) => {
    if (either.aborted) resolve();
    either.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A wait that was cut short on purpose is no failure; any other is. */
function ignoreAbort(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}
