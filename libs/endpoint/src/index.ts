export * from './endpoint-config.ts';
export * from './listen-address.ts';
export * from './listener-process.ts';
export * from './passed-sockets.ts';
export * from './reach.ts';
