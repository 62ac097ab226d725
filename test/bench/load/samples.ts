/** The value below which that part of them lies; 0 of none. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

export function quantiles(samples: readonly number[]): { readonly p50Ms: number; readonly p99Ms: number } {
  const sorted = samples.toSorted((left, right) => left - right);
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}
