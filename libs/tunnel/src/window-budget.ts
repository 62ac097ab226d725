import { windowBudgetBytes, windowMaxBytes, windowMinBytes } from './limits.ts';

/** Shares what may be on its way to one process out over its tunnels: full windows to the first dozens, smaller ones as it fills. */
export class WindowBudget {
  #grantedBytes = 0;

  /** A window for one more tunnel, no larger than wanted; it comes back with `release`. */
  grant(wantedBytes: number): number {
    const quarterOfRest = Math.floor((windowBudgetBytes - this.#grantedBytes) / 4);
    const window = Math.max(windowMinBytes, Math.min(wantedBytes, windowMaxBytes, quarterOfRest));
    this.#grantedBytes += window;
    return window;
  }

  release(windowBytes: number): void {
    this.#grantedBytes -= windowBytes;
  }
}
