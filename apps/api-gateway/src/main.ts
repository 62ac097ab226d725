import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { ClusterBus } from '#cluster-bus';
import { BaleenError } from '#contracts';
import { ConfigError, runService } from '#service-shell';
import { apiGatewayModule, clusterBus } from './api-gateway.module.ts';
import { gatewayConfigSchema } from './api-gateway-config.ts';

await runService({
  app: 'api-gateway',
  schema: gatewayConfigSchema,
  async start(context) {
    const app = await NestFactory.createApplicationContext(apiGatewayModule(context), {
      logger: false,
      abortOnError: false,
    }).catch(rethrowForOperator);
    const bus = app.get<ClusterBus>(clusterBus);
    return { stop: () => app.close(), health: () => (bus.connected ? undefined : 'NATS does not answer') };
  },
});

/** An address it cannot listen on is wrong configuration: a supervisor must not start it again and again. */
function rethrowForOperator(error: unknown): never {
  if (error instanceof BaleenError && error.code === 'config/invalid') throw new ConfigError([error.message]);
  throw error;
}
