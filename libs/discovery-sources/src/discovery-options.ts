import { BaleenError } from '#contracts';
import { classicPath } from './stores/store-location.ts';
import type { StoreTls } from './stores/store-tls.ts';

const tlsOptions = ['kv.cacertfile', 'kv.certfile', 'kv.keyfile'];
/** Options that each scheme knows (`--discovery-opt`, spec 2.6). */
const known: Readonly<Record<string, readonly string[]>> = {
  etcd: ['kv.path', ...tlsOptions],
  consul: ['kv.path', ...tlsOptions],
  zk: ['kv.path'],
  token: tlsOptions,
  dns: ['dns.server'],
};

/** `key=value` options of a discovery, checked. */
export type DiscoveryOptions = {
  /** Folder of the node entries below the prefix. */
  readonly path: string;
  /** `undefined` = the store is spoken to without TLS. */
  readonly tls: StoreTls | undefined;
  readonly dnsServer: string | undefined;
};

/** Throws discovery/invalid for an option without `=`, one given twice, and one that the scheme does not know, by name. */
export function parseOptions(scheme: string, given: readonly string[]): DiscoveryOptions {
  const values = new Map<string, string>();
  for (const option of given) {
    const split = option.indexOf('=');
    if (split < 0) throw new BaleenError('discovery/invalid', '--discovery-opt must contain key=value strings');
    const key = option.slice(0, split);
    refuseUnknown(scheme, key);
    if (values.has(key)) throw new BaleenError('discovery/invalid', `discovery option ${key} is given twice`);
    values.set(key, option.slice(split + 1));
  }
  return { path: values.get('kv.path') ?? classicPath, tls: tlsOf(values), dnsServer: values.get('dns.server') };
}

function refuseUnknown(scheme: string, key: string): void {
  const names = known[scheme] ?? [];
  if (names.includes(key)) return;
  const remedy = names.length === 0 ? 'it takes none' : `it takes ${names.join(', ')}`;
  throw new BaleenError('discovery/invalid', `discovery option ${JSON.stringify(key)} is not known to ${scheme}://: ${remedy}`);
}

/** The CA alone checks the server; a certificate needs its key, and the other way round. Classic went on without TLS unless it had all three. */
function tlsOf(values: ReadonlyMap<string, string>): StoreTls | undefined {
  const [caFile, certFile, keyFile] = tlsOptions.map((name) => values.get(name));
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new BaleenError('discovery/invalid', 'discovery options kv.certfile and kv.keyfile go together: give both or none');
  }
  if (caFile === undefined && certFile === undefined) return undefined;
  return {
    ...(caFile !== undefined && { caFile }),
    ...(certFile !== undefined && { certFile }),
    ...(keyFile !== undefined && { keyFile }),
  };
}
