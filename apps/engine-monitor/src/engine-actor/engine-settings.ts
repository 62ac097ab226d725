/** How one engine is watched. Milliseconds throughout. */
export type EngineSettings = {
  /** Failures in a row that make an engine unhealthy (`--engine-failure-retry`). */
  readonly failureLimit: number;
  /** Resync after refreshMinMs plus a random part of (refreshMaxMs - refreshMinMs). */
  readonly refreshMinMs: number;
  readonly refreshMaxMs: number;
  /** Rest between two pings of an engine that answers. */
  readonly probeIntervalMs: number;
  /** How long a ping may take: the first one, and the ones after a failure (shorter, so that silence is certain within 10 s). */
  readonly probeTimeoutMs: number;
  readonly reprobeTimeoutMs: number;
  /** Attempts on a failing engine start at least this far apart. */
  readonly reprobeIntervalMs: number;
  /** Longest rest between attempts on an engine that is pending or unhealthy. */
  readonly retryMaxMs: number;
};

/** Silent engine: at most 2 + 3 + 1.5 + 1.5 = 8 s until the third failure. */
export const defaultEngineSettings: EngineSettings = {
  failureLimit: 3,
  refreshMinMs: 30_000,
  refreshMaxMs: 60_000,
  probeIntervalMs: 2_000,
  probeTimeoutMs: 3_000,
  reprobeTimeoutMs: 1_500,
  reprobeIntervalMs: 1_000,
  retryMaxMs: 5_000,
};
