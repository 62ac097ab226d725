import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { ConnectionWatch } from '#cluster-log';
import { runService } from '#service-shell';
import { discoveryModule, natsWatch } from './discovery.module.ts';
import { discoveryConfigSchema } from './discovery-config.ts';

await runService({
  app: 'discovery',
  schema: discoveryConfigSchema,
  async start(context) {
    const app = await NestFactory.createApplicationContext(discoveryModule(context), { logger: false, abortOnError: false });
    const watch = app.get<ConnectionWatch>(natsWatch);
    return { stop: () => app.close(), health: () => (watch.connected ? undefined : 'NATS does not answer') };
  },
});
