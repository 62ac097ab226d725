import { appendUnder, type ClusterLog, type Lease, noteUnder } from '#cluster-log';
import { BaleenError } from '#contracts';

/** One time of leading: the right to write, as long as the lease stands. */
export interface Term {
  /** Rises over leaders; engines refuse an older one than the newest they saw. */
  readonly number: number;
  /** False from the moment the lease is lost or given back. */
  readonly held: boolean;
  /** Aborted when the term ends, in whatever way. */
  readonly over: AbortSignal;
  /** Appends, refused by the log itself once another leads. Rejects with cluster/{fenced,unavailable} or leadership/not-leader. */
  write(subject: string, payload: Uint8Array, ttlMs?: number): Promise<number>;
  /** Deletes a record under the same fence. */
  erase(subject: string): Promise<number>;
  /** Writes, or erases (payload undefined), what nobody waits for and may be lost (`ClusterLog.note`). */
  note(subject: string, payload: Uint8Array | undefined, ttlMs: number): void;
}

/** The term of a won lease. `over` is the signal its holder aborts when it stops leading. */
export function termOf(log: ClusterLog, lease: Lease, over: AbortSignal): Term {
  const demandHeld = () => {
    if (!lease.held || over.aborted) throw new BaleenError('leadership/not-leader', 'this scheduler does not lead any more');
  };
  return {
    number: lease.term,
    get held() {
      return lease.held && !over.aborted;
    },
    over,
    async write(subject, payload, ttlMs) {
      demandHeld();
      return appendUnder(lease, log, subject, payload, ttlMs === undefined ? {} : { ttlMs });
    },
    async erase(subject) {
      demandHeld();
      return appendUnder(lease, log, subject, undefined);
    },
    note(subject, payload, ttlMs) {
      if (!over.aborted) noteUnder(lease, log, subject, payload, ttlMs);
    },
  };
}
