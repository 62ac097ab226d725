import type { DynamicModule } from '@nestjs/common';
import { connectNats, natsAccess } from '#cluster-bus';
import { type ClusterLog, ConnectionWatch, openNatsLog } from '#cluster-log';
import { agentsSource, type DiscoverySource, openSource, parseDiscovery } from '#discovery-sources';
import type { ServiceContext } from '#service-shell';
import type { DiscoveryConfig } from './discovery-config.ts';
import { MemberKeeper } from './membership/member-keeper.ts';

/** Whether NATS answers. */
export const natsWatch = Symbol('NATS watch');

const natsConnection = Symbol('NATS connection');
const clusterLog = Symbol('cluster log');
const discoverySources = Symbol('discovery sources');
const memberKeeper = Symbol('member keeper');

type Nats = Awaited<ReturnType<typeof connectNats>>;

class DiscoveryModule {}

/** Discovery's parts, each from a factory: nothing of the domain knows of Nest. */
export function discoveryModule(context: ServiceContext<DiscoveryConfig>): DynamicModule {
  const { config, logger, clock, instance, stopping } = context;
  const { cluster, natsStorage: storage, natsReplicas: replicas, leaseTtlMs, heartbeatMs } = config;
  const argument = parseDiscovery(config.discovery, config.discoveryOpt);
  return {
    module: DiscoveryModule,
    providers: [
      {
        provide: natsConnection,
        useFactory: () => connectNats({ ...natsAccess(config), name: instance, clock, logger, stopping }),
      },
      { provide: natsWatch, useFactory: (connection: Nats) => new ConnectionWatch(connection), inject: [natsConnection] },
      {
        provide: clusterLog,
        useFactory: (connection: Nats) => openNatsLog({ connection, cluster, storage, replicas, clock, logger }),
        inject: [natsConnection],
      },
      {
        provide: discoverySources,
        /** What was configured, and always the agents that dialled in. */
        useFactory: (log: ClusterLog) => {
          const configured =
            argument.kind === 'agents' ? [] : [openSource(argument, { clock, logger, heartbeatMs, log: () => log })];
          return [...configured, agentsSource(log, clock)];
        },
        inject: [clusterLog],
      },
      {
        provide: memberKeeper,
        useFactory: (log: ClusterLog, sources: readonly DiscoverySource[]) =>
          new MemberKeeper({ log, clock, logger, sources, instance, leaseTtlMs }),
        inject: [clusterLog, discoverySources],
      },
      {
        provide: 'stop',
        useFactory: (connection: Nats, watch: ConnectionWatch, log: ClusterLog, keeper: MemberKeeper) => ({
          /** The lease is given back over the log, so that another discovery takes over at once. */
          async onApplicationShutdown() {
            await keeper.stop();
            await log.close();
            watch.stop();
            await connection.close();
          },
        }),
        inject: [natsConnection, natsWatch, clusterLog, memberKeeper],
      },
    ],
  };
}
