import type { DynamicModule } from '@nestjs/common';
import { type ClusterBus, connectNats, openNatsBus } from '#cluster-bus';
import { type ClusterLog, openNatsLog } from '#cluster-log';
import { type OpenEngineTransport, openEngineTransport } from '#docker-api';
import type { ServiceContext } from '#service-shell';
import type { ApiGatewayConfig } from './api-gateway-config.ts';
import { type Gateway, startGateway } from './gateway.ts';

const natsConnection = Symbol('NATS connection');
const clusterLog = Symbol('cluster log');
export const clusterBus = Symbol('cluster bus');
const engineTransport = Symbol('engine transport');
const gateway = Symbol('gateway');

type Nats = Awaited<ReturnType<typeof connectNats>>;

class ApiGatewayModule {}

/** The gateway's parts, each from a factory: nothing of the domain knows of Nest. */
export function apiGatewayModule(context: ServiceContext<ApiGatewayConfig>): DynamicModule {
  const { config, logger, clock, instance } = context;
  const { cluster, natsStorage: storage, natsReplicas: replicas } = config;
  return {
    module: ApiGatewayModule,
    providers: [
      { provide: engineTransport, useFactory: () => openEngineTransport(config, { clock, logger }) },
      { provide: natsConnection, useFactory: () => connectNats({ url: config.nats, name: instance, clock, logger }) },
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
        provide: gateway,
        useFactory: (log: ClusterLog, bus: ClusterBus, transport: OpenEngineTransport) =>
          startGateway({ ...context, log, bus, transport }),
        inject: [clusterLog, clusterBus, engineTransport],
      },
      {
        provide: 'stop',
        useFactory: (connection: Nats, log: ClusterLog, bus: ClusterBus, running: Gateway, transport: OpenEngineTransport) => ({
          /** In this order: answers in the making still need engines, the bus and the log. */
          async onApplicationShutdown() {
            await running.stop();
            await transport.close();
            await bus.close();
            await log.close();
            await connection.close();
          },
        }),
        inject: [natsConnection, clusterLog, clusterBus, gateway, engineTransport],
      },
    ],
  };
}
