import { connectNats, type NatsAccess } from '#cluster-bus';
import { openNatsLog } from '#cluster-log';
import { agentsSource, type DiscoverySource } from '#discovery-sources';
import { systemClock } from '#service-shell';

/** The agents of a fleet, as its log has them. Rejects when the NATS does not answer or has no such fleet. */
export async function openAgents(
  access: NatsAccess,
  cluster: string,
): Promise<{ readonly source: DiscoverySource; readonly close: () => Promise<void> }> {
  const connection = await connectNats({ ...access, name: 'list', clock: systemClock });
  const log = await openNatsLog({ connection, cluster, mayCreate: false, clock: systemClock }).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  return {
    source: agentsSource(log, systemClock),
    close: async () => {
      await log.close();
      await connection.close();
    },
  };
}
