import { type ClusterLog, type Fence, type Lease, writeUnder } from '#cluster-log';
import { BaleenError, subjects } from '#contracts';
import { type Clock, sleep } from '#service-shell';
import type { ClaimLog } from '../claims/daemon-claims.ts';
import type { RecordWriter } from '../inventory/record-publisher.ts';
import type { Slots } from '../inventory/slots.ts';
import { standingRecords } from '../inventory/standing-records.ts';

/** NATS away: the next try comes after this; the lease's end bounds the number of tries. */
const retryMs = 250;

export type LeasedWriterParts = {
  readonly engine: string;
  readonly lease: Lease;
  readonly log: ClusterLog;
  readonly clock: Clock;
  /** Bounds the writes in flight of the whole process. */
  readonly slots: Slots;
  readonly closed: AbortSignal;
};

/**
 * Writes an engine's records under its lease. A log that is unavailable is asked again while the lease is held; rejects with
 * cluster/fenced once it is not, or once `closed` aborted.
 */
export function leasedWriter({ engine, lease, log, clock, slots, closed }: LeasedWriterParts): RecordWriter {
  const write = (subject: string, send: (fence: Fence) => Promise<number>): Promise<number> =>
    whileHeld(lease, clock, () =>
      slots.use(() => {
        if (closed.aborted) throw new BaleenError('cluster/fenced', `${subject} was not written: the engine was given up`);
        return writeUnder(lease, subject, send);
      }),
    );
  return {
    append: (subject, payload) => write(subject, (fence) => log.append(subject, payload, { fence })),
    delete: (subject, isLasting) => write(subject, (fence) => log.delete(subject, { fence, isLasting })),
    makeRoom: (subject) => write(subject, (fence) => log.makeRoom(subject, { fence })),
    standing: () => standingRecords(log, engine),
    batch: (part) => subjects.batch(engine, part),
  };
}

/** What claims ask of the log; compare-and-set fences them, the lease bounds how long an unavailable log is asked. */
export function heldLog(lease: Lease, log: ClusterLog, clock: Clock): ClaimLog {
  return {
    get: (subject) => whileHeld(lease, clock, () => log.get(subject)),
    append: (subject, payload, options) => whileHeld(lease, clock, () => log.append(subject, payload, options)),
    delete: (subject, options) => whileHeld(lease, clock, () => log.delete(subject, options)),
  };
}

/** Does work on the log, again and again while the log is unavailable and the lease is held. */
async function whileHeld<T>(lease: Lease, clock: Clock, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BaleenError) || error.code !== 'cluster/unavailable' || !lease.held) throw error;
      await sleep(clock, retryMs);
    }
  }
}
