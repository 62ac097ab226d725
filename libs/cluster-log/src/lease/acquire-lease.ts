import { BaleenError, subjects } from '#contracts';
import type { Clock } from '#service-shell';
import type { ClusterLog, Lease, LeaseOptions } from '../log.ts';
import { HeldLease } from './held-lease.ts';
import { encodeLease } from './lease-record.ts';

/** The log keeps whole seconds and no less than one. */
const shortestTtlMs = 1_000;

/**
 * Takes `lease.<what>`; `undefined` = somebody else holds it. Renews itself from then on. Rejects with cluster/unavailable.
 * `abandoned`: the lease's last sequence, when its holder is known to be gone; it is taken over before its time ends.
 */
export async function acquireLease(
  log: ClusterLog,
  clock: Clock,
  what: string,
  options: LeaseOptions,
  abandoned = 0,
): Promise<Lease | undefined> {
  const { ttlMs } = options;
  if (ttlMs < shortestTtlMs) throw new RangeError(`a lease lasts at least ${shortestTtlMs} ms, not ${ttlMs}`);
  const sentAtMs = clock.monotonicMs();
  try {
    const payload = encodeLease({ holder: options.holder });
    const sequence = await log.append(subjects.lease(what), payload, { expectedSequence: abandoned, ttlMs });
    const lease = new HeldLease(log, clock, { what, sequence, sentAtMs }, options);
    // The answer came too late to be of use; it expires by itself.
    return lease.held ? lease : undefined;
  } catch (error) {
    if (error instanceof BaleenError && error.code === 'cluster/claim-taken') return undefined;
    throw error;
  }
}
