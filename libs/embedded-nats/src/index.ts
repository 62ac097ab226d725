export { cacheFolder, projectFolder } from './cache-folder.mjs';
export { type EmbeddedNats, type EmbeddedNatsOptions, startEmbeddedNats } from './embedded-nats.ts';
export { findNatsServer } from './find-nats-server.mjs';
export type { ServerTls } from './server-config.ts';
