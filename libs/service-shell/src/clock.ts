/** Time as an argument: every timeout and timestamp of the cores comes from here, so that tests and simulation own it. */
export interface Clock {
  /** Wall clock, ms since 1970. */
  nowMs(): number;
  /** Monotonic, ms, arbitrary zero. */
  monotonicMs(): number;
  /** Calls back once; the returned function cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Waits for the work, at most so long: true = it ended, false = it goes on unattended, and its failure is nobody's any more. Rejects like
 * the work while that is waited for. Leaves no timer.
 */
export async function within(clock: Clock, maxMs: number, work: Promise<unknown>): Promise<boolean> {
  const timeUp = Promise.withResolvers<boolean>();
  const cancel = clock.after(maxMs, () => timeUp.resolve(false));
  try {
    return await Promise.race([work.then(() => true), timeUp.promise]);
  } finally {
    cancel();
  }
}
