/**
 * Probes of all engines of a process are due at common moments, so that many leave in one turn of its event loop and their answers come in
 * one more: half the CPU of as many single wake-ups. Small against the time in which silence is to be certain.
 */
const gridMs = 250;

/** How long to wait for the first common moment at least `afterMs` from now; `nowMs` by the monotonic clock. */
export function untilCommonMoment(nowMs: number, afterMs: number): number {
  return Math.ceil((nowMs + afterMs) / gridMs) * gridMs - nowMs;
}
