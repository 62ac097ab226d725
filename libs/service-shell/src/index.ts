export * from './clock.ts';
export * from './randomness.ts';
export * from './system-clock.ts';
