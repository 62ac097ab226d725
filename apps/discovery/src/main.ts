import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { runService } from '#service-shell';
import { discoveryModule } from './discovery.module.ts';
import { discoveryConfigSchema } from './discovery-config.ts';

await runService({
  app: 'discovery',
  schema: discoveryConfigSchema,
  async start(context) {
    const app = await NestFactory.createApplicationContext(discoveryModule(context), { logger: false, abortOnError: false });
    return { stop: () => app.close() };
  },
});
