import { connectNats, type NatsAccess } from '#cluster-bus';
import { openNatsLog } from '#cluster-log';
import { BaleenError, type LogHealth } from '#contracts';
import type { Clock } from '#service-shell';

const connectMaxMs = 5_000;

/** How the log of a fleet does, by a connection of our own; what keeps it from answering is a failure in it, never a rejection. */
export async function askLog(access: NatsAccess, cluster: string, clock: Clock): Promise<LogHealth> {
  try {
    const connection = await connectNats({ ...access, name: 'baleen-doctor', clock, firstConnectMs: connectMaxMs });
    try {
      const log = await openNatsLog({ connection, cluster, clock, mayCreate: false });
      return await log.health();
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    return { server: '', clockDeltaMs: 0, failure: error.message };
  }
}
