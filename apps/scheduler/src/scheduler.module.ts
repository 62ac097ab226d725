import type { DynamicModule } from '@nestjs/common';
import { type ClusterBus, type ClusterBusServer, type connectNats } from '#cluster-bus';
import { type ClusterLog, openNatsLog, openOrderKeys } from '#cluster-log';
import type { ServiceContext } from '#service-shell';
import { placementJudge } from './decisions/placement-judge.ts';
import { deskToken, SchedulerController } from './scheduler.controller.ts';
import { Scheduler } from './scheduler.ts';
import type { SchedulerConfig } from './scheduler-config.ts';
import { SchedulerDesk } from './scheduler-desk.ts';

const clusterLog = Symbol('cluster log');
export const scheduler = Symbol('scheduler');

/** What stands before Nest does: its transport is the bus itself. */
export type SchedulerConnections = {
  readonly connection: Awaited<ReturnType<typeof connectNats>>;
  readonly bus: ClusterBus;
  readonly server: ClusterBusServer;
};

class SchedulerModule {}

/** The scheduler's parts, each from a factory: nothing of the domain knows of Nest. */
export function schedulerModule(context: ServiceContext<SchedulerConfig>, connections: SchedulerConnections): DynamicModule {
  const { config, logger, clock, randomness, instance } = context;
  const { connection, bus, server } = connections;
  const { cluster, natsStorage: storage, natsReplicas: replicas, leaseTtlMs, clusterOpts, minEngineApi } = config;
  return {
    module: SchedulerModule,
    controllers: [SchedulerController],
    providers: [
      { provide: deskToken, useFactory: () => new SchedulerDesk() },
      { provide: clusterLog, useFactory: () => openNatsLog({ connection, cluster, storage, replicas, clock, logger }) },
      {
        provide: scheduler,
        useFactory: (log: ClusterLog, desk: SchedulerDesk) =>
          new Scheduler({
            log,
            bus,
            desk,
            door: server,
            judgeOf: (ledger) => placementJudge(ledger, config, randomness),
            usage: { ...clusterOpts, apiFloor: minEngineApi },
            publish: config,
            orderKeys: openOrderKeys(config, log, randomness),
            leaseTtlMs,
            clock,
            randomness,
            logger,
            instance,
          }),
        inject: [clusterLog, deskToken],
      },
      {
        provide: 'stop',
        useFactory: (log: ClusterLog, running: Scheduler) => ({
          /** Leadership is handed over on the log, so that another scheduler leads at once. */
          async onModuleDestroy() {
            await running.stop();
            await log.close();
            await bus.close();
            await connection.close();
          },
        }),
        inject: [clusterLog, scheduler],
      },
    ],
  };
}
