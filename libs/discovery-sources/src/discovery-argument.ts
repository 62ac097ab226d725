import { BaleenError } from '#contracts';
import { type DnsLocation, dnsLocation } from './backends/dns.backend.ts';
import { type TokenLocation, tokenLocation } from './backends/token.backend.ts';
import { parseOptions } from './discovery-options.ts';
import { maskLogin } from './lists/address.ts';
import { parseItems } from './lists/node-list.ts';
import { type StoreLocation, storeLocation } from './stores/store-location.ts';
import type { StoreTls } from './stores/store-tls.ts';

/** What a discovery argument asks for. `name` is what records and logs call it: the argument, its token masked. */
export type DiscoveryArgument =
  | { readonly kind: 'nodes'; readonly name: string; readonly addresses: readonly string[] }
  | { readonly kind: 'file'; readonly name: string; readonly path: string }
  | {
      readonly kind: 'etcd' | 'consul' | 'zk';
      readonly name: string;
      readonly location: StoreLocation;
      readonly tls: StoreTls | undefined;
    }
  | {
      readonly kind: 'token';
      readonly name: string;
      readonly location: TokenLocation;
      readonly tls: StoreTls | undefined;
    }
  | { readonly kind: 'dns'; readonly name: string; readonly location: DnsLocation }
  | { readonly kind: 'agents'; readonly name: string };

/** Schemes of engine addresses: an argument that begins with one is a list of nodes. */
const addressSchemes = new Set(['unix', 'tcp', 'tls', 'ssh']);
const defaultPorts = { etcd: 2379, consul: 8500, zk: 2181 } as const;

/**
 * Reads a discovery argument (spec 2.1) and its options: `<scheme>://<rest>`; without a scheme it is a list of nodes. A list may hold
 * addresses with a scheme of their own (`unix:///path`, `ssh://host`), also as its only item. Throws discovery/invalid.
 */
export function parseDiscovery(argument: string, options: readonly string[] = []): DiscoveryArgument {
  const split = argument.indexOf('://');
  const before = split < 0 ? 'nodes' : argument.slice(0, split);
  // A comma before `://` belongs to a list with such an address further on, not to a scheme.
  const isList = split < 0 || addressSchemes.has(before) || before.includes(',');
  const scheme = isList ? 'nodes' : before;
  const rest = isList ? argument : argument.slice(split + 3);
  if (!Object.hasOwn(readers, scheme)) {
    const known = `known: ${Object.keys(readers).join(', ')}; for an engine itself ${[...addressSchemes].join(', ')}`;
    throw new BaleenError('discovery/invalid', `discovery service not supported: ${JSON.stringify(scheme)} (${known})`);
  }
  return readers[scheme as Scheme](rest, argument, options);
}

type Scheme = 'nodes' | 'file' | 'etcd' | 'consul' | 'zk' | 'token' | 'token+http' | 'dns' | 'nats';
type Reader = (rest: string, argument: string, options: readonly string[]) => DiscoveryArgument;

const readers: Readonly<Record<Scheme, Reader>> = {
  nodes: (rest, _, options) => {
    parseOptions('nodes', options);
    return nodes(rest);
  },
  file: (rest, argument, options) => {
    parseOptions('file', options);
    if (rest === '') throw new BaleenError('discovery/invalid', 'file:// needs a path, as in file:///etc/fleet');
    return { kind: 'file', path: rest, name: argument };
  },
  etcd: registry('etcd'),
  consul: registry('consul'),
  zk: registry('zk'),
  token: tokens('token', true),
  'token+http': tokens('token+http', false),
  dns: (rest, argument, options) => {
    const { dnsServer } = parseOptions('dns', options);
    return { kind: 'dns', name: argument, location: dnsLocation(rest, dnsServer) };
  },
  nats: (rest, _, options) => {
    parseOptions('nats', options);
    if (rest === '') return { kind: 'agents', name: 'nats' };
    const problem = `nats:// takes nothing after it, not ${maskLogin(rest)}: agents list themselves`;
    throw new BaleenError('discovery/invalid', `${problem} (the URL of NATS belongs to baleen join --nats)`);
  },
};

function registry(kind: 'etcd' | 'consul' | 'zk'): Reader {
  return (rest, argument, options) => {
    const { path, tls } = parseOptions(kind, options);
    const location = storeLocation(kind, rest, defaultPorts[kind], path);
    if (kind === 'consul' && location.servers.length > 1) {
      throw new BaleenError('discovery/invalid', 'consul does not support multiple endpoints');
    }
    return { kind, name: argument, location, tls };
  };
}

function tokens(scheme: string, secure: boolean): Reader {
  return (rest, argument, options) => {
    const { tls } = parseOptions(scheme, options);
    // Whoever knows the token may list engines with it.
    const name = `${argument.slice(0, argument.lastIndexOf('/') + 1)}***`;
    return { kind: 'token', name, location: tokenLocation(rest, secure), tls };
  };
}

function nodes(list: string): DiscoveryArgument {
  try {
    return { kind: 'nodes', name: 'nodes', addresses: parseItems(list.split(',')) };
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    const hint = 'please check you are using the correct discovery (missing token:// ?)';
    throw new BaleenError('discovery/invalid', `${error.message}, ${hint}`, { cause: error });
  }
}
