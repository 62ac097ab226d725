import { join } from 'node:path';
import { natsMaxPayloadBytes, type ServerTrust } from '#nats-keys';

export type ServerConfig = {
  readonly host: string;
  /** -1 = any free port; the server writes the one it took into `folder`. */
  readonly port: number;
  /** Holds JetStream's store, the log and the ports file. */
  readonly folder: string;
  /** Whose credentials it takes; without it the server takes everybody who reaches it. */
  readonly trust?: ServerTrust;
  readonly tls?: ServerTls;
};

/** Files, PEM. */
export type ServerTls = { readonly certFile: string; readonly keyFile: string };

const logMaxBytes = 16 * 1024 * 1024;

/** Configuration file of a nats-server for one Baleen (its syntax is a superset of JSON). */
export function serverConfig({ host, port, folder, trust, tls }: ServerConfig): string {
  return JSON.stringify(
    {
      host,
      port,
      max_payload: natsMaxPayloadBytes,
      jetstream: { store_dir: join(folder, 'jetstream') },
      ports_file_dir: folder,
      log_file: join(folder, 'nats-server.log'),
      log_size_limit: logMaxBytes,
      ...trust,
      ...(tls === undefined ? {} : { tls: { cert_file: tls.certFile, key_file: tls.keyFile } }),
    },
    undefined,
    2,
  );
}
