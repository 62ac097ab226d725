import { readFileSync } from 'node:fs';
import { BaleenError } from '#contracts';

/** Paths of PEM files for TLS to a store (`kv.cacertfile`, `kv.certfile`, `kv.keyfile`). */
export type StoreTls = { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };

/** The same, read: what TLS clients of Node take. */
export type TlsMaterial = { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };

/** Throws discovery/invalid naming the file that cannot be read. */
export function readTls(tls: StoreTls): TlsMaterial {
  return {
    ...(tls.caFile !== undefined && { ca: read('kv.cacertfile', tls.caFile) }),
    ...(tls.certFile !== undefined && { cert: read('kv.certfile', tls.certFile) }),
    ...(tls.keyFile !== undefined && { key: read('kv.keyfile', tls.keyFile) }),
  };
}

function read(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new BaleenError('discovery/invalid', `discovery option ${option}: ${cause}`, { cause: error });
  }
}
