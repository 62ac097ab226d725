import { appendUnder, type ClusterLog, type Lease } from '#cluster-log';
import { BaleenError } from '#contracts';
import { type Clock, sleep } from '#service-shell';
import type { RecordWriter } from '../inventory/record-publisher.ts';
import type { Slots } from '../inventory/slots.ts';

/** NATS away: the next try comes after this; the lease's end bounds the number of tries. */
const retryMs = 250;

/**
 * Writes under an engine's lease. A log that is unavailable is asked again while the lease is held; rejects with
 * cluster/fenced once it is not, or once `closed` aborted. `slots` bounds the writes in flight of the whole process.
 */
export function leasedWriter(lease: Lease, log: ClusterLog, clock: Clock, slots: Slots, closed: AbortSignal): RecordWriter {
  const write = async (subject: string, payload: Uint8Array | undefined): Promise<number> => {
    for (;;) {
      try {
        return await slots.use(() => {
          if (closed.aborted) throw new BaleenError('cluster/fenced', `${subject} was not written: the engine was given up`);
          return appendUnder(lease, log, subject, payload);
        });
      } catch (error) {
        if (!(error instanceof BaleenError) || error.code !== 'cluster/unavailable' || !lease.held) throw error;
        await sleep(clock, retryMs);
      }
    }
  };
  return { append: write, delete: (subject) => write(subject, undefined) };
}
