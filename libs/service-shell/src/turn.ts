/**
 * Calls back once this turn of the event loop has handled what had arrived: whatever came together can be answered together, without a
 * timer's wait.
 */
export function atTurnEnd(callback: () => void): void {
  setImmediate(callback);
}
