export * from './engine-simulator/index.ts';
export * from './leaping-clock.ts';
export * from './manual-clock.ts';
export * from './record.builders.ts';
export * from './seeded-random.ts';
export * from './single-records.ts';
export * from './test-ca.ts';
export * from './testbed/index.ts';
