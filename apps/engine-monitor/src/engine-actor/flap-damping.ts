import type { EngineSettings } from './engine-settings.ts';

type FlapSettings = Pick<EngineSettings, 'flapLimit' | 'flapWindowMs' | 'holdMinMs' | 'holdMaxMs'>;

/** More are not kept: the hold has reached its bound long before. */
const flapsMax = 16;

/** Changes to unhealthy, this one included, that still count. */
export function noteFlap(settings: FlapSettings, flapsAtMs: readonly number[], atMs: number): readonly number[] {
  return [...recent(settings, flapsAtMs, atMs), atMs].slice(-flapsMax);
}

/**
 * How long an engine that answers again must go on answering before it counts as healthy: 0 for the first recoveries, then holdMinMs,
 * doubled with each further change to unhealthy within the window, up to holdMaxMs. Less than the window, so that it ends by itself.
 */
export function holdMs(settings: FlapSettings, flapsAtMs: readonly number[], atMs: number): number {
  const beyond = recent(settings, flapsAtMs, atMs).length - settings.flapLimit;
  return beyond < 0 ? 0 : Math.min(settings.holdMaxMs, settings.holdMinMs * 2 ** beyond);
}

/** What users read while it is held. */
export function holdReason(settings: FlapSettings, flapsAtMs: readonly number[], atMs: number): string {
  const times = recent(settings, flapsAtMs, atMs).length;
  const minutes = Math.round(settings.flapWindowMs / 60_000);
  const seconds = Math.round(holdMs(settings, flapsAtMs, atMs) / 1_000);
  return `it answers again, but became unhealthy ${times} times within ${minutes} minutes: held until it has answered for ${seconds} s`;
}

function recent({ flapWindowMs }: FlapSettings, flapsAtMs: readonly number[], atMs: number): readonly number[] {
  return flapsAtMs.filter((flapAtMs) => atMs - flapAtMs < flapWindowMs);
}
