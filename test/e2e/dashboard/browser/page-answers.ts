import type { Page } from 'playwright-core';

/** Watches from now on how long keys and clicks wait for the picture that shows what they did, ms; those below 16 are not told. */
export async function watchAnswers(page: Page): Promise<() => Promise<number[]>> {
  const durations = await page.evaluateHandle(() => {
    const seen: number[] = [];
    const observer = new PerformanceObserver((list) => seen.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    return seen;
  });
  return () => durations.jsonValue();
}
