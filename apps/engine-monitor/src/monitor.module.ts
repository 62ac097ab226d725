import type { DynamicModule } from '@nestjs/common';
import { type ClusterBus, connectNats, natsAccess, openNatsBus } from '#cluster-bus';
import { type ClusterLog, LogDoor, openNatsLog } from '#cluster-log';
import { type OpenEngineTransport, openEngineTransport } from '#docker-api';
import type { MetricsSource, ServiceContext } from '#service-shell';
import { RequestCounts } from './engine-actor/request-counts.ts';
import { engineSettings, startMonitor } from './engine-monitor.ts';
import type { MonitorConfig } from './engine-monitor-config.ts';
import { monitorMetrics } from './monitor-metrics.ts';
import type { EngineKeeper } from './ownership/engine-keeper.ts';

const natsConnection = Symbol('NATS connection');
export const clusterLog = Symbol('cluster log');
export const clusterBus = Symbol('cluster bus');
const logDoor = Symbol('door of the log');
const engineTransport = Symbol('engine transport');
const engineKeeper = Symbol('engine keeper');
/** Gives the metric families of this monitor. */
export const metricsSource = Symbol('metrics source');

type Nats = Awaited<ReturnType<typeof connectNats>>;

class MonitorModule {}

/** The monitor's parts, each from a factory: nothing of the domain knows of Nest. */
export function monitorModule(context: ServiceContext<MonitorConfig>): DynamicModule {
  const { config, logger, clock, randomness, instance, stopping } = context;
  const { cluster, natsStorage: storage, natsReplicas: replicas, leaseTtlMs } = config;
  const settings = engineSettings(config);
  const requests = new RequestCounts();
  return {
    module: MonitorModule,
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
        provide: logDoor,
        useFactory: (connection: Nats, log: ClusterLog) => LogDoor.open({ connection, log, cluster, clock, logger }),
        inject: [natsConnection, clusterLog],
      },
      {
        provide: engineKeeper,
        useFactory: (log: ClusterLog, bus: ClusterBus, transport: OpenEngineTransport): EngineKeeper =>
          startMonitor({ log, bus, clock, randomness, logger, instance, settings, leaseTtlMs, transport, requests }),
        inject: [clusterLog, clusterBus, engineTransport],
      },
      {
        provide: metricsSource,
        useFactory:
          (keeper: EngineKeeper): MetricsSource =>
          () =>
            monitorMetrics(keeper, requests),
        inject: [engineKeeper],
      },
      {
        provide: 'stop',
        useFactory: (
          connection: Nats,
          log: ClusterLog,
          bus: ClusterBus,
          door: LogDoor,
          keeper: EngineKeeper,
          transport: OpenEngineTransport,
        ) => ({
          /** In this order: engines are given back over the log, replies leave over the bus. */
          async onApplicationShutdown() {
            door.close();
            await keeper.stop();
            await transport.close();
            await bus.close();
            await log.close();
            await connection.close();
          },
        }),
        inject: [natsConnection, clusterLog, clusterBus, logDoor, engineKeeper, engineTransport],
      },
    ],
  };
}
