/** As daemons write times; 0 = never. */
export function dockerTime(ms: number): string {
  return ms === 0 ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString();
}

/** To the second, as volumes say theirs. */
export function dockerSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
