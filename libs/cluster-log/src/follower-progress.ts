import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';

type Waiter = { readonly sequence: number; readonly resolve: () => void; readonly reject: (error: unknown) => void };

/** How far a follower is, and who waits for it to get there. Shared by both implementations. */
export class FollowerProgress {
  readonly caughtUp: Promise<void>;
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter>();
  #sequence = 0;
  #markCaughtUp: () => void = () => undefined;
  /** The lowest sequence waited for, so that entries nobody waits for cost one comparison. */
  #lowestWaited = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.caughtUp = new Promise((resolve) => {
      this.#markCaughtUp = resolve;
    });
  }

  get sequence(): number {
    return this.#sequence;
  }

  advance(sequence: number): void {
    this.#sequence = sequence;
    if (sequence < this.#lowestWaited) return;
    for (const waiter of this.#waiters) if (waiter.sequence <= sequence) waiter.resolve();
  }

  /** Entries start again; sequences waited for stay waited for. */
  restart(): void {
    this.#sequence = 0;
  }

  markCaughtUp(): void {
    this.#markCaughtUp();
  }

  reached(sequence: number, timeoutMs: number): Promise<void> {
    if (this.#sequence >= sequence) return Promise.resolve();
    if (this.#stopped) return Promise.reject(stoppedError());
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        cancelTimeout();
        this.#waiters.delete(waiter);
        this.#lowestWaited = Math.min(...[...this.#waiters].map((other) => other.sequence));
        settle();
      };
      const waiter: Waiter = {
        sequence,
        resolve: () => finish(resolve),
        reject: (error) => finish(() => reject(error)),
      };
      const cancelTimeout = this.#clock.after(timeoutMs, () => {
        const message = `the view did not reach sequence ${sequence} within ${timeoutMs} ms (it is at ${this.#sequence})`;
        waiter.reject(new BaleenError('cluster/unavailable', message));
      });
      this.#waiters.add(waiter);
      this.#lowestWaited = Math.min(this.#lowestWaited, sequence);
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const waiter of this.#waiters) waiter.reject(stoppedError());
  }
}

function stoppedError(): BaleenError {
  return new BaleenError('cluster/unavailable', 'the follower was stopped');
}
