import { type Clock, within } from '#service-shell';

/** Rests of those who wait for somebody, which end when somebody comes. */
export class Arrivals {
  readonly #waiting = new Set<() => void>();

  arrived(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves when somebody has come, or the time is up. Rejects when the signal is aborted. */
  async rest(clock: Clock, maxMs: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const woken = Promise.withResolvers<void>();
    const onAbort = () => woken.reject(signal?.reason);
    const wake = () => woken.resolve();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#waiting.add(wake);
    try {
      await within(clock, maxMs, woken.promise);
    } finally {
      this.#waiting.delete(wake);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
