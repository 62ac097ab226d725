export * from './engine-simulator/index.ts';
export * from './manual-clock.ts';
export * from './record.builders.ts';
export * from './seeded-random.ts';
export * from './testbed/index.ts';
