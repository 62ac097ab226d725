export * from './clock.ts';
export * from './config.ts';
export * from './health.ts';
export * from './logger.ts';
export * from './process-config.ts';
export * from './randomness.ts';
export * from './run-service.ts';
export * from './system-clock.ts';
