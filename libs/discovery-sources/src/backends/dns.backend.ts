import { Resolver } from 'node:dns/promises';
import { BaleenError } from '#contracts';
import type { WatchedStore } from '../lists/watched-source.ts';

/** A name whose records are the engines. */
export type DnsLocation = {
  readonly name: string;
  /** A and AAAA records have none of their own; `undefined` = the name has SRV records. */
  readonly port: number | undefined;
  /** `host:port` of the server to ask; `undefined` = the machine's. */
  readonly server: string | undefined;
};

const queryTimeoutMs = 2_000;
const queryTries = 2;
/** The name is there and has no such record, or is not there. */
const nothingThere = new Set(['ENODATA', 'ENOTFOUND']);

/** Reads `name:port` (A, AAAA) or `_service._proto.name` (SRV). Throws discovery/invalid. */
export function dnsLocation(rest: string, server: string | undefined): DnsLocation {
  const match = /^([^\s:/[\]]+)(?::(\d{1,5}))?$/.exec(rest);
  const [, name, port] = match ?? [];
  if (name === undefined)
    throw new BaleenError('discovery/invalid', `dns://${rest}: it must be dns://name:port or dns://_service._proto.name`);
  const isService = name.startsWith('_');
  if (!isService && port === undefined) {
    throw new BaleenError('discovery/invalid', `dns://${rest}: address records have no port, add one as in dns://${name}:2375`);
  }
  if (isService && port !== undefined) {
    throw new BaleenError('discovery/invalid', `dns://${rest}: SRV records bring their own port, leave out :${port}`);
  }
  if (server !== undefined && !/^(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\])(:\d+)?$/.test(server)) {
    throw new BaleenError(
      'discovery/invalid',
      `discovery option dns.server: ${server} is not an IP address with a port, as in 10.0.0.2:53`,
    );
  }
  return { name, port: port === undefined ? undefined : Number(port), server };
}

/**
 * `dns://`: resolved anew each heartbeat. A name without any record is an error and the list stays, since DNS cannot tell an empty
 * fleet from a zone that was lost.
 */
export function dnsStore({ name, port, server }: DnsLocation): WatchedStore {
  return {
    async list(signal) {
      const resolver = new Resolver({ timeout: queryTimeoutMs, tries: queryTries });
      if (server !== undefined) resolver.setServers([server]);
      const cancel = () => resolver.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const addresses = port === undefined ? await services(resolver, name) : await hosts(resolver, name, port);
        if (addresses.length === 0) throw new BaleenError('discovery/unavailable', `DNS: ${name} has no records`);
        return addresses.toSorted();
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}

async function services(resolver: Resolver, name: string): Promise<string[]> {
  const records = await answerOf(name, () => resolver.resolveSrv(name));
  // "." as target says that the service is not there (RFC 2782).
  return records.filter((record) => record.name !== '' && record.name !== '.').map((record) => `${record.name}:${record.port}`);
}

async function hosts(resolver: Resolver, name: string, port: number): Promise<string[]> {
  const [ipv4, ipv6] = await Promise.all([
    answerOf(name, () => resolver.resolve4(name)),
    answerOf(name, () => resolver.resolve6(name)),
  ]);
  return [...ipv4.map((address) => `${address}:${port}`), ...ipv6.map((address) => `[${address}]:${port}`)];
}

async function answerOf<T>(name: string, query: () => Promise<T[]>): Promise<T[]> {
  try {
    return await query();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (nothingThere.has(code)) return [];
    throw new BaleenError('discovery/unavailable', `DNS: ${name} was not resolved: ${code === '' ? String(error) : code}`, {
      cause: error,
    });
  }
}
