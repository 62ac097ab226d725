import type { Container } from '../model/container.ts';

const secondMs = 1_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;

/** When the `Status` of a container next says something else, if nothing happens to it; ms since 1970. */
export function statusUntilMs(container: Container, nowMs: number): number {
  const sinceMs = container.state === 'exited' ? container.finishedAtMs : container.startedAtMs;
  if (container.state === 'created' || sinceMs === 0) return Number.POSITIVE_INFINITY;
  const spanMs = Math.max(0, nowMs - sinceMs);
  if (spanMs < minuteMs) return nowMs + secondMs - (spanMs % secondMs);
  if (spanMs < hourMs) return Math.min(nowMs + minuteMs - (spanMs % minuteMs), nextHour(nowMs, spanMs));
  return nextHour(nowMs, spanMs);
}

/** Hours are rounded: they change at the half. */
function nextHour(nowMs: number, spanMs: number): number {
  return nowMs + hourMs - ((spanMs + hourMs / 2) % hourMs);
}
