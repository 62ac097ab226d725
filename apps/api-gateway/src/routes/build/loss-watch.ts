import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import type { FleetView } from '../../fleet-view/fleet-view.ts';

/** A daemon that builds may be too busy for its probes for a while; one that stays silent for longer is taken for gone. */
const silenceMaxMs = 30_000;
const lookEveryMs = 1_000;

export type LossWatch = {
  /** Aborts with engine/unhealthy once the engine has been unhealthy for 30 s without a break. */
  readonly lost: AbortSignal;
  readonly stop: () => void;
};

/**
 * Watches the engine of a running build: a machine that loses its power closes no connection. One that is no member any more is not
 * watched: its builds end by themselves.
 */
export function watchForLoss(view: () => FleetView, clock: Clock, key: string): LossWatch {
  const aborter = new AbortController();
  let silentSinceMs: number | undefined;
  const look = () => {
    const engine = view().engine(key);
    const isSilent = engine?.isVisible === true && !engine.isHealthy;
    silentSinceMs = isSilent ? (silentSinceMs ?? clock.monotonicMs()) : undefined;
    if (isSilent && clock.monotonicMs() - (silentSinceMs ?? 0) >= silenceMaxMs) {
      const reason = engine.condition.reason ?? `it is ${engine.condition.state}`;
      aborter.abort(
        new BaleenError('engine/unhealthy', `node ${engine.name} fell silent: ${reason}`, { details: { engine: key } }),
      );
    } else {
      cancel = clock.after(lookEveryMs, look);
    }
  };
  let cancel = clock.after(lookEveryMs, look);
  return { lost: aborter.signal, stop: () => cancel() };
}
