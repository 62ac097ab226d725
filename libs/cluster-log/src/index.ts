export * from './lease/acquire-lease.ts';
export * from './lease/append-under.ts';
export * from './lease/contend.ts';
export { renewalIntervalMs } from './lease/held-lease.ts';
export * from './log.ts';
export * from './log-sink.ts';
export * from './memory/memory-log.ts';
export * from './memory/memory-log-model.ts';
export * from './nats/open-nats-log.ts';
