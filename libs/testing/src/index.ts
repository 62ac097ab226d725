export * from './manual-clock.ts';
export * from './testbed/index.ts';
