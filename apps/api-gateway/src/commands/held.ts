import { BaleenError, type ErrorCode } from '#contracts';
import type { Clock } from '#service-shell';
import { Arrivals } from './arrivals.ts';

/** How long a request is held while nobody leads or owns: longer than any fail-over (docs/architecture.md, failure table). */
const holdMs = 15_000;
const firstPauseMs = 50;
/** A new leader answers within 2 s, and wakes who waits for it; where its word is lost, asking five times a second finds it soon enough. */
const longestPauseMs = 200;

const nobody = new Arrivals();

/** Failures that prove that nobody has begun the work. */
const notTaken: ReadonlySet<ErrorCode> = new Set(['leadership/not-leader', 'engine/not-owned', 'cluster/busy']);
/** Failures after which the work may or may not have been done; only idempotent work may be repeated then. */
const unknownOutcome: ReadonlySet<ErrorCode> = new Set(['cluster/unavailable', 'cluster/fenced']);

export type HeldOptions = {
  readonly clock: Clock;
  /** True when doing it twice is the same as doing it once (it carries an operation id). */
  readonly isIdempotent: boolean;
  /** Default `holdMs`. */
  readonly forMs?: number;
  readonly signal?: AbortSignal;
  /** Of those who may take it, which end a pause; default: nobody tells. */
  readonly arrivals?: Arrivals;
};

/**
 * Holds a request while the cluster has no leader or the engine no owner: tries again with growing pauses until it is taken,
 * fails for another reason, or the time is up; then rejects with the last failure.
 */
export async function held<T>(attempt: () => Promise<T>, options: HeldOptions): Promise<T> {
  const { clock, signal, arrivals = nobody } = options;
  // From the first failure on: an attempt that was long under way when its monitor went has all the time for another.
  let endMs: number | undefined;
  let pauseMs = firstPauseMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      endMs ??= clock.monotonicMs() + (options.forMs ?? holdMs);
      if (!mayTryAgain(error, options.isIdempotent) || clock.monotonicMs() + pauseMs > endMs) throw error;
    }
    await arrivals.rest(clock, pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

function mayTryAgain(error: unknown, isIdempotent: boolean): boolean {
  if (!(error instanceof BaleenError)) return false;
  return notTaken.has(error.code) || (isIdempotent && unknownOutcome.has(error.code));
}
