const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
const days = 24 * hours;

/** `12s`, `5m`, `3h`, `9d`: one unit. What lies ahead counts as now. */
export function duration(ms: number): string {
  const length = Math.max(0, ms);
  if (length < minutes) return `${Math.floor(length / seconds)}s`;
  if (length < hours) return `${Math.floor(length / minutes)}m`;
  return length < days ? `${Math.floor(length / hours)}h` : `${Math.floor(length / days)}d`;
}

/** `now`, `12s ago`. */
export function ago(atMs: number, nowMs: number): string {
  const passed = nowMs - atMs;
  return passed < seconds ? 'now' : `${duration(passed)} ago`;
}

/** `14:03:09`, of the browser's time zone. */
export function timeOfDay(atMs: number): string {
  return new Date(atMs).toTimeString().slice(0, 8);
}
