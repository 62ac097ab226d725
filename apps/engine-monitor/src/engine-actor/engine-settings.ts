/** How one engine is watched. Milliseconds throughout. */
export type EngineSettings = {
  /** Failures in a row that make an engine unhealthy (`--engine-failure-retry`). */
  readonly failureLimit: number;
  /**
   * Resync after once to twice the time for which the link has stood, by lot, within these bounds (at least half of the longer one at last):
   * a safety net, since events tell all that changes.
   */
  readonly refreshMinMs: number;
  readonly refreshMaxMs: number;
  /** Rest between two probes of an engine that answers. */
  readonly probeIntervalMs: number;
  /** How long a ping may take; after a failure of an engine that counts as healthy it is shorter, so that silence is certain within 10 s. */
  readonly probeTimeoutMs: number;
  readonly reprobeTimeoutMs: number;
  /** Attempts on a failing engine start at least this far apart. */
  readonly reprobeIntervalMs: number;
  /** Longest rest between attempts on an engine that is pending or unhealthy. */
  readonly retryMaxMs: number;
  /** Rest between attempts on an engine whose daemon is served under another member: each costs a reading of what the daemon is. */
  readonly conflictRetryMs: number;
  /** An engine that became unhealthy flapLimit times within flapWindowMs is held: see flap-damping.ts. */
  readonly flapLimit: number;
  readonly flapWindowMs: number;
  readonly holdMinMs: number;
  readonly holdMaxMs: number;
};

/**
 * Silent engine: at most 3 + 2.5 + 1.5 + 1.5 = 8.5 s, and less than 1 s more for the grid of probes, until the third failure. Back again: seen within the second of retryMaxMs, so that it is
 * healthy within two; an engine that is away costs one SYN or one ping a second. At rest an engine is asked for four lists and what it is
 * after a quarter of an hour, and then at ever longer distances up to an hour; a probe is a heartbeat, no request.
 */
export const defaultEngineSettings: EngineSettings = {
  failureLimit: 3,
  refreshMinMs: 600_000,
  refreshMaxMs: 3_600_000,
  probeIntervalMs: 3_000,
  probeTimeoutMs: 2_500,
  reprobeTimeoutMs: 1_500,
  reprobeIntervalMs: 1_000,
  retryMaxMs: 1_000,
  conflictRetryMs: 5_000,
  flapLimit: 3,
  flapWindowMs: 300_000,
  holdMinMs: 10_000,
  holdMaxMs: 120_000,
};
