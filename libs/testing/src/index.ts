export * from './manual-clock.ts';
export * from './record.builders.ts';
export * from './testbed/index.ts';
