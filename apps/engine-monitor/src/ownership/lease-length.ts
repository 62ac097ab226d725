/** What an engine adds to its lease: six renewals a lease make 120 a second at most, whatever the number of engines. */
const perEngineMs = 50;
/** Should all monitors be gone, the fleet takes an engine for watched no longer than this. */
const longestMs = 60_000;

/**
 * How long each engine's lease lasts while a monitor owns so many, ms. Who takes over after a death does not wait for it: the
 * monitor's own registration, which stays short, tells that it is gone (ownership-view, abandonedLease).
 */
export function engineLeaseTtlMs(shortestMs: number, engines: number): number {
  return Math.max(shortestMs, Math.min(engines * perEngineMs, longestMs));
}
