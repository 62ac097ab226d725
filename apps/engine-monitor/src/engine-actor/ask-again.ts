import type { Clock } from '#service-shell';

/**
 * Asks, and again every `everyMs` up to `asksMax` times while no answer has come; the first outcome, good or bad, is the outcome, and what else
 * is under way is aborted. For a question whose packets may be lost: the kernel sends them again only after 1, 3, 7 … s.
 */
export async function askAgain<T>(
  clock: Clock,
  { everyMs, asksMax }: { readonly everyMs: number; readonly asksMax: number },
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  let cancel: () => void = () => undefined;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const askOnce = (left: number) => {
    ask(over.signal).then(resolve, reject);
    if (left > 1) cancel = clock.after(everyMs, () => askOnce(left - 1));
  };
  askOnce(asksMax);
  try {
    return await promise;
  } finally {
    cancel();
    over.abort();
  }
}
