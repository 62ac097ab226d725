import type { DynamicModule } from '@nestjs/common';
import { connectNats } from '#cluster-bus';
import { type ClusterLog, openNatsLog } from '#cluster-log';
import type { ServiceContext } from '#service-shell';
import type { DiscoveryConfig } from './discovery-config.ts';
import { MemberKeeper } from './membership/member-keeper.ts';
import type { DiscoverySource } from './sources/discovery-source.ts';
import { openSource } from './sources/open-source.ts';

const natsConnection = Symbol('NATS connection');
const clusterLog = Symbol('cluster log');
const discoverySource = Symbol('discovery source');
const memberKeeper = Symbol('member keeper');

type Nats = Awaited<ReturnType<typeof connectNats>>;

class DiscoveryModule {}

/** Discovery's parts, each from a factory: nothing of the domain knows of Nest. */
export function discoveryModule(context: ServiceContext<DiscoveryConfig>): DynamicModule {
  const { config, logger, clock, instance } = context;
  const { cluster, natsStorage: storage, natsReplicas: replicas, leaseTtlMs, heartbeatMs } = config;
  const source = openSource(config.discovery, heartbeatMs, clock, logger);
  return {
    module: DiscoveryModule,
    providers: [
      { provide: natsConnection, useFactory: () => connectNats({ url: config.nats, name: instance, clock, logger }) },
      {
        provide: clusterLog,
        useFactory: (connection: Nats) => openNatsLog({ connection, cluster, storage, replicas, clock, logger }),
        inject: [natsConnection],
      },
      { provide: discoverySource, useValue: source },
      {
        provide: memberKeeper,
        useFactory: (log: ClusterLog, listed: DiscoverySource) =>
          new MemberKeeper({ log, clock, logger, source: listed, instance, leaseTtlMs }),
        inject: [clusterLog, discoverySource],
      },
      {
        provide: 'stop',
        useFactory: (connection: Nats, log: ClusterLog, keeper: MemberKeeper) => ({
          /** The lease is given back over the log, so that another discovery takes over at once. */
          async onApplicationShutdown() {
            await keeper.stop();
            await log.close();
            await connection.close();
          },
        }),
        inject: [natsConnection, clusterLog, memberKeeper],
      },
    ],
  };
}
