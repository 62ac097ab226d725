import { join } from 'node:path';

export type ServerConfig = {
  readonly host: string;
  /** -1 = any free port; the server writes the one it took into `folder`. */
  readonly port: number;
  /** Holds JetStream's store, the log and the ports file. */
  readonly folder: string;
  /** What clients must present; without it the server takes everybody who reaches it. */
  readonly login?: NatsLogin;
};

export type NatsLogin = { readonly user: string; readonly password: string };

/** A container's whole inspect, or a chunk of an engine's inventory, fits in one message. */
const maxPayloadBytes = 8 * 1024 * 1024;
const logMaxBytes = 16 * 1024 * 1024;

/** Configuration file of a nats-server for one Baleen (its syntax is a superset of JSON). */
export function serverConfig({ host, port, folder, login }: ServerConfig): string {
  return JSON.stringify(
    {
      host,
      port,
      max_payload: maxPayloadBytes,
      jetstream: { store_dir: join(folder, 'jetstream') },
      ports_file_dir: folder,
      log_file: join(folder, 'nats-server.log'),
      log_size_limit: logMaxBytes,
      ...(login === undefined ? {} : { authorization: login }),
    },
    undefined,
    2,
  );
}
