import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { ClusterBus } from '#cluster-bus';
import { type MetricsSource, runService } from '#service-shell';
import { startAgent } from './agent/start-agent.ts';
import { engineMonitorConfigSchema } from './engine-monitor-config.ts';
import { clusterBus, metricsSource, monitorModule } from './monitor.module.ts';

await runService({
  app: 'engine-monitor',
  schema: engineMonitorConfigSchema,
  async start(context) {
    if (context.config.agentEngine !== '') return startAgent(context);
    const app = await NestFactory.createApplicationContext(monitorModule(context), { logger: false, abortOnError: false });
    const bus = app.get<ClusterBus>(clusterBus);
    return {
      stop: () => app.close(),
      health: () => (bus.connected ? undefined : 'NATS does not answer'),
      metrics: app.get<MetricsSource>(metricsSource),
    };
  },
});
