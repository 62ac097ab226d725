/** What an engine adds to its lease: up to 50 renewals a second, from 250 engines on, where leases rest for half of their time, 17 (33 at 1,000). */
const perEngineMs = 120;
/** Should all monitors be gone, the fleet takes an engine for watched no longer than this. */
const longestMs = 60_000;

/**
 * How long each engine's lease lasts while a monitor owns so many, ms. Who takes over after a death does not wait for it: the
 * monitor's own registration, which stays short, tells that it is gone (ownership-view, abandonedLease).
 */
export function engineLeaseTtlMs(shortestMs: number, engines: number): number {
  return Math.max(shortestMs, Math.min(engines * perEngineMs, longestMs));
}
