import { BaleenError, subjects } from '#contracts';
import type { Clock } from '#service-shell';
import type { ClusterLog, Lease, LeaseOptions } from '../log.ts';
import { acquireLease } from './acquire-lease.ts';

export type ContendOptions = LeaseOptions & {
  /** Uniform in [0, 1): spreads the polls of several contenders. Default 0.5. */
  readonly fraction?: () => number;
};

export type ContenderCallbacks = {
  /** The lease is ours from now on. */
  readonly onHeld: (lease: Lease) => void;
  /** The lease was lost (never after `stop`); the contender stands again by itself. */
  readonly onLost?: (lease: Lease) => void;
  /** NATS does not answer; the contender goes on trying. */
  readonly onUnavailable?: (error: unknown) => void;
};

export interface Contender {
  /** The lease while it is held. */
  readonly lease: Lease | undefined;
  /** Gives the lease back and stands no more. */
  stop(): Promise<void>;
}

/** Fallback when no deletion is seen, by who does not hold it: polls per TTL, each between 0.75 and 1.25 of the interval. */
const pollsPerTtl = 4;

/**
 * Stands for `lease.<what>` until stopped: tries at once, whenever the record is deleted or expires, and every TTL/4 while somebody else has it.
 * For many leases in one process follow `lease.<group>.*` once and call `acquireLease` instead: each contender has its own follower.
 */
export function contend(
  log: ClusterLog,
  clock: Clock,
  what: string,
  options: ContendOptions,
  callbacks: ContenderCallbacks,
): Contender {
  return new LeaseContender(log, clock, what, options, callbacks);
}

class LeaseContender implements Contender {
  readonly #log: ClusterLog;
  readonly #clock: Clock;
  readonly #what: string;
  readonly #options: ContendOptions;
  readonly #callbacks: ContenderCallbacks;
  readonly #stopFollowing: () => void;
  #lease: Lease | undefined;
  #trying: Promise<void> | undefined;
  /** The record went away while a try was under way: that try may have come too early. */
  #tryAgain = false;
  #cancelPoll: () => void = () => undefined;
  #stopped = false;

  constructor(log: ClusterLog, clock: Clock, what: string, options: ContendOptions, callbacks: ContenderCallbacks) {
    this.#log = log;
    this.#clock = clock;
    this.#what = what;
    this.#options = options;
    this.#callbacks = callbacks;
    const follower = log.follow([subjects.lease(what)], {
      onEntry: ({ payload }) => {
        if (payload === undefined) this.#try();
      },
      onReset: () => this.#reset(),
    });
    this.#stopFollowing = () => follower.stop();
    this.#standAnew();
  }

  get lease(): Lease | undefined {
    return this.#lease;
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancelPoll();
    this.#stopFollowing();
    await this.#trying;
    const lease = this.#lease;
    this.#lease = undefined;
    await lease?.release();
  }

  #standAnew(): void {
    this.#try();
    this.#poll();
  }

  #poll(): void {
    if (this.#stopped) return;
    const fraction = this.#options.fraction?.() ?? 0.5;
    const delayMs = (this.#options.ttlMs / pollsPerTtl) * (0.75 + fraction / 2);
    this.#cancelPoll = this.#clock.after(delayMs, () => this.#standAnew());
  }

  #try(): void {
    if (this.#stopped || this.#lease !== undefined) return;
    if (this.#trying !== undefined) {
      this.#tryAgain = true;
      return;
    }
    this.#tryAgain = false;
    this.#trying = this.#tryOnce().finally(() => {
      this.#trying = undefined;
      if (this.#tryAgain) this.#try();
    });
  }

  async #tryOnce(): Promise<void> {
    let lease: Lease | undefined;
    try {
      lease = await acquireLease(this.#log, this.#clock, this.#what, this.#options);
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      this.#callbacks.onUnavailable?.(error);
      return;
    }
    if (lease === undefined) return;
    if (this.#stopped) {
      await lease.release();
      return;
    }
    this.#hold(lease);
  }

  #hold(lease: Lease): void {
    this.#lease = lease;
    this.#cancelPoll();
    lease.lost.addEventListener('abort', () => {
      if (this.#lease !== lease) return;
      this.#lease = undefined;
      this.#callbacks.onLost?.(lease);
      this.#standAnew();
    });
    this.#callbacks.onHeld(lease);
  }

  /** The stream was made anew: a lease of the old one is lost, one already taken in the new one stands. */
  #reset(): void {
    void this.#lease?.verify?.();
    this.#try();
  }
}
