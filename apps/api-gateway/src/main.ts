import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { ClusterBus } from '#cluster-bus';
import { runService } from '#service-shell';
import { apiGatewayModule, clusterBus } from './api-gateway.module.ts';
import { gatewayConfigSchema } from './api-gateway-config.ts';

await runService({
  app: 'api-gateway',
  schema: gatewayConfigSchema,
  async start(context) {
    const app = await NestFactory.createApplicationContext(apiGatewayModule(context), { logger: false, abortOnError: false });
    const bus = app.get<ClusterBus>(clusterBus);
    return { stop: () => app.close(), health: () => (bus.connected ? undefined : 'NATS does not answer') };
  },
});
