import { BaleenError } from '#contracts';
import type { AppendOptions, ClusterLog, Fence, Lease } from '../log.ts';

/** A refusal with the lease still held means that a renewal overtook the write; it cannot happen at each of several tries. */
const triesMax = 3;

/**
 * Appends under a lease: refused by the server (cluster/fenced) once another holds it, never because a renewal of one's own came between.
 * `undefined` as payload deletes the record.
 */
export function appendUnder(
  lease: Lease,
  log: ClusterLog,
  subject: string,
  payload: Uint8Array | undefined,
  options: Pick<AppendOptions, 'ttlMs'> = {},
): Promise<number> {
  return writeUnder(lease, subject, (fence) =>
    payload === undefined ? log.delete(subject, { fence }) : log.append(subject, payload, { ...options, fence }),
  );
}

/** `appendUnder` for any write of a subject. */
export async function writeUnder(lease: Lease, subject: string, write: (fence: Fence) => Promise<number>): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    await lease.renewing;
    if (!lease.held) throw new BaleenError('cluster/fenced', `${subject} was not written: lease ${lease.what} has ended`);
    const fence = lease.fence();
    try {
      return await write(fence);
    } catch (error) {
      if (!(error instanceof BaleenError) || error.code !== 'cluster/fenced' || attempt === triesMax) throw error;
      await lease.renewing;
      // A renewal whose answer was lost moved the lease without our knowing: only the log can tell.
      if (lease.held && lease.fence().sequence === fence.sequence) await lease.verify?.();
      if (!lease.held || lease.fence().sequence === fence.sequence) throw error;
    }
  }
}

/** Notes under a lease (see `ClusterLog.note`); lost once the lease has ended. Keeps its place among what is appended under it. */
export function noteUnder(lease: Lease, log: ClusterLog, subject: string, payload: Uint8Array | undefined, ttlMs: number): void {
  const send = () => {
    if (lease.held) log.note(subject, payload, lease.fence(), ttlMs);
  };
  if (lease.renewing === undefined) send();
  else void lease.renewing.then(send);
}
