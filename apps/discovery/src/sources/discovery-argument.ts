import { BaleenError } from '#contracts';
import { parseItems } from './node-list.ts';

/** What a discovery argument asks for. */
export type DiscoveryArgument =
  | { readonly kind: 'nodes'; readonly addresses: readonly string[] }
  | { readonly kind: 'file'; readonly path: string; readonly name: string };

/** Backends of classic's that this build does not have yet. */
const plannedSchemes = new Set(['etcd', 'consul', 'zk', 'token']);

/**
 * Reads a discovery argument (spec 2.1): `<scheme>://<rest>`; without a scheme it is a list of nodes.
 * A list may hold unix sockets (`unix:///path`), also as its only item. Throws discovery/invalid.
 */
export function parseDiscovery(argument: string): DiscoveryArgument {
  const split = argument.indexOf('://');
  const scheme = split < 0 ? 'nodes' : argument.slice(0, split);
  // A comma before `://` belongs to a list with a unix socket further on, not to a scheme.
  if (split < 0 || scheme === 'unix' || scheme.includes(',')) return nodes(argument);
  const rest = argument.slice(split + 3);
  if (scheme === 'nodes') return nodes(rest);
  if (scheme === 'file') return { kind: 'file', path: rest, name: argument };
  if (plannedSchemes.has(scheme)) {
    throw new BaleenError('discovery/invalid', `discovery with ${scheme}:// is not available yet`);
  }
  throw new BaleenError(
    'discovery/invalid',
    `discovery service not supported: ${JSON.stringify(scheme)} (known: nodes, file, unix)`,
  );
}

function nodes(list: string): DiscoveryArgument {
  try {
    return { kind: 'nodes', addresses: parseItems(list.split(',')) };
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    const hint = 'please check you are using the correct discovery (missing token:// ?)';
    throw new BaleenError('discovery/invalid', `${error.message}, ${hint}`, { cause: error });
  }
}
