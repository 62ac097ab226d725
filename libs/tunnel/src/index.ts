export * from './datagrams.ts';
export * from './tunnel-listener.ts';
export * from './tunnel-transport.ts';
