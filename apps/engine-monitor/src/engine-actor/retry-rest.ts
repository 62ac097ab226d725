import type { EngineActorState } from './engine-messages.ts';
import type { EngineSettings } from './engine-settings.ts';

/** A daemon that refuses or hangs is left alone at least this long between two attempts. */
const restMinMs = 250;
/** Part of the rest that is drawn by lot, so that the attempts on many lost engines spread. */
const spreadPart = 0.2;

export type Rest = { readonly afterMs: number; readonly spreadMs: number };

/** The rest after a failed attempt that took `elapsedMs`: soon while the engine counts as healthy, then at doubling distances up to retryMaxMs. */
export function restAfter(
  settings: EngineSettings,
  { health, failures }: Pick<EngineActorState, 'health' | 'failures'>,
  elapsedMs: number,
): Rest {
  const allowed = health === 'unhealthy' ? settings.failureLimit : 1;
  const beyond = health === 'healthy' ? 0 : Math.max(0, failures - allowed);
  const spacingMs = Math.min(settings.retryMaxMs, settings.reprobeIntervalMs * 2 ** Math.min(beyond, 16));
  const restMs = Math.max(restMinMs, spacingMs - elapsedMs);
  return { afterMs: restMs * (1 - spreadPart), spreadMs: restMs * spreadPart };
}
