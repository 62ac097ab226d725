import type { DynamicModule } from '@nestjs/common';
import { type ClusterBus, connectNats, natsAccess, openNatsBus } from '#cluster-bus';
import { type ClusterLog, openNatsLog } from '#cluster-log';
import { type OpenEngineTransport, openEngineTransport } from '#docker-api';
import type { ServiceContext } from '#service-shell';
import type { ApiGatewayConfig } from './api-gateway-config.ts';
import { type Gateway, startGateway } from './gateway.ts';

const natsConnection = Symbol('NATS connection');
const clusterLog = Symbol('cluster log');
export const clusterBus = Symbol('cluster bus');
const tunnelConnection = Symbol('NATS connection of the tunnels');
const engineTransport = Symbol('engine transport');
const gateway = Symbol('gateway');

type Nats = Awaited<ReturnType<typeof connectNats>>;

class ApiGatewayModule {}

/** The gateway's parts, each from a factory: nothing of the domain knows of Nest. */
export function apiGatewayModule(context: ServiceContext<ApiGatewayConfig>): DynamicModule {
  const { config, logger, clock, instance, stopping } = context;
  const { cluster, natsStorage: storage, natsReplicas: replicas } = config;
  return {
    module: ApiGatewayModule,
    providers: [
      { provide: engineTransport, useFactory: () => openEngineTransport(config, { clock, logger }) },
      {
        provide: natsConnection,
        useFactory: () => connectNats({ ...natsAccess(config), name: instance, clock, logger, stopping }),
      },
      {
        provide: clusterLog,
        useFactory: (connection: Nats) => openNatsLog({ connection, cluster, storage, replicas, clock, logger }),
        inject: [natsConnection],
      },
      {
        provide: clusterBus,
        useFactory: (connection: Nats) => openNatsBus({ connection, cluster, logger }),
        inject: [natsConnection],
      },
      {
        provide: tunnelConnection,
        useFactory: () =>
          connectNats({ ...natsAccess(config), name: `${instance}-tunnels`, clock, logger, stopping, isBulk: true }),
      },
      {
        provide: gateway,
        useFactory: (log: ClusterLog, bus: ClusterBus, transport: OpenEngineTransport, tunnels: Nats) =>
          startGateway({ ...context, log, bus, transport, tunnelBus: openNatsBus({ connection: tunnels, cluster, logger }) }),
        inject: [clusterLog, clusterBus, engineTransport, tunnelConnection],
      },
      {
        provide: 'stop',
        useFactory: (
          connection: Nats,
          tunnels: Nats,
          log: ClusterLog,
          bus: ClusterBus,
          running: Gateway,
          transport: OpenEngineTransport,
        ) => ({
          /** In this order: answers in the making still need engines, the bus and the log. */
          async onApplicationShutdown() {
            await running.stop();
            await transport.close();
            await bus.close();
            await log.close();
            await Promise.all([connection.close(), tunnels.close()]);
          },
        }),
        inject: [natsConnection, tunnelConnection, clusterLog, clusterBus, gateway, engineTransport],
      },
    ],
  };
}
