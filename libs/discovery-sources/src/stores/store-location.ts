import { BaleenError } from '#contracts';

/** Where a registry keeps its entries: `<addr>[,<addr>…][/<prefix>]` below which `kv.path` lies (spec 2.6). */
export type StoreLocation = {
  /** `host:port` each, at least one. */
  readonly servers: readonly string[];
  /** Path of the folder of node entries, without slashes at its ends: `<prefix>/docker/swarm/nodes`. */
  readonly directory: string;
};

/** Classic's folder below the prefix: a fleet that classic Swarm registered is found where it is. */
export const classicPath = 'docker/swarm/nodes';
/** More servers than any such store is run with. */
const serversMax = 32;

/** Throws discovery/invalid. A server without a port gets the store's usual one. */
export function storeLocation(scheme: string, rest: string, defaultPort: number, path: string): StoreLocation {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const prefix = slash < 0 ? '' : rest.slice(slash + 1);
  const servers = authority.split(',').filter((server) => server !== '');
  const form = `${scheme}://host:port[,host:port…][/prefix]`;
  if (servers.length === 0) throw new BaleenError('discovery/invalid', `${scheme}:// needs the address of a server: ${form}`);
  if (servers.length > serversMax) throw new BaleenError('discovery/invalid', `${scheme}:// takes at most ${serversMax} servers`);
  const directory = [...prefix.split('/'), ...path.split('/')].filter((part) => part !== '').join('/');
  if (directory === '') throw new BaleenError('discovery/invalid', 'discovery option kv.path is empty: name a folder');
  return { servers: servers.map((server) => withPort(server, defaultPort, form)), directory };
}

function withPort(server: string, defaultPort: number, form: string): string {
  const match = /^(\[[^\]/]+\]|[^:@/[\]\s]+)(?::(\d+))?$/.exec(server);
  if (match === null || Number(match[2] ?? defaultPort) > 65_535) {
    throw new BaleenError('discovery/invalid', `server ${JSON.stringify(server)} is not host:port, as in ${form}`);
  }
  return match[2] === undefined ? `${match[1]}:${defaultPort}` : server;
}
