import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer is not `undefined`; rejects with what it last saw. For conditions that come by themselves within a bound. */
export async function eventually<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const until = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > until) throw new Error(`${what}: not within ${withinMs} ms`, { cause: last });
    await sleep(50);
  }
}
