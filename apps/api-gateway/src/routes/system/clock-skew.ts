/** An engine's clock against ours in words; `undefined` = equal as far as is known (contracts, EngineRecord.clockDeltaMs). */
export function clockSkew(clockDeltaMs: number): string | undefined {
  if (clockDeltaMs === 0) return undefined;
  const seconds = (Math.abs(clockDeltaMs) / 1_000).toFixed(1);
  return `${seconds} s ${clockDeltaMs > 0 ? 'behind' : 'ahead'}`;
}
