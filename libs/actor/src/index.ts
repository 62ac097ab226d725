export * from './actor.ts';
export * from './behaviour.ts';
