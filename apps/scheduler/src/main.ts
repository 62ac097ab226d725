import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ClusterBusServer, connectNats, KeepErrorCode, natsAccess, openNatsBus } from '#cluster-bus';
import { runService } from '#service-shell';
import { scheduler, schedulerModule } from './scheduler.module.ts';
import type { Scheduler } from './scheduler.ts';
import { schedulerConfigSchema } from './scheduler-config.ts';
import { schedulerMetrics } from './scheduler-metrics.ts';

await runService({
  app: 'scheduler',
  schema: schedulerConfigSchema,
  async start(context) {
    const { config, clock, logger, instance, stopping } = context;
    const connection = await connectNats({ ...natsAccess(config), name: instance, clock, logger, stopping });
    const bus = openNatsBus({ connection, cluster: config.cluster, logger });
    const server = new ClusterBusServer(bus);
    const module = schedulerModule(context, { connection, bus, server });
    const app = await NestFactory.createMicroservice(module, { strategy: server, logger: false, abortOnError: false });
    app.useGlobalFilters(new KeepErrorCode());
    await app.listen();
    const running = app.get<Scheduler>(scheduler);
    await running.start();
    const stop = async () => {
      // First, and bounded: closing Nest waits for every request in flight, a successor should not.
      await running.stop();
      await app.close();
    };
    const health = () => (bus.connected ? undefined : 'NATS does not answer');
    return { stop, health, metrics: () => schedulerMetrics(running) };
  },
});
