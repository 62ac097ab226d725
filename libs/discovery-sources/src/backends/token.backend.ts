import { z } from 'zod';
import { BaleenError } from '#contracts';
import type { DiscoveryRegistry } from '../discovery-source.ts';
import type { WatchedStore } from '../lists/watched-source.ts';
import { StoreHttp } from '../stores/store-http.ts';
import type { TlsMaterial } from '../stores/store-tls.ts';

/** A token service and a token in it: the engines registered with it are the fleet (spec 2.7). */
export type TokenLocation = {
  /** `https://host[:port]`; `http` only for `token+http://`. */
  readonly origin: string;
  /** Before `/clusters`, without a slash at its end; empty for a service of its own. */
  readonly basePath: string;
  readonly token: string;
};

/** Where classic's service was; shut down in 2019. */
const classicService = { origin: 'https://discovery.hub.docker.com', basePath: '/v1' };
const Entries = z.array(z.string());

/** Reads `<token>` or `<host>/<path…>/<token>`. Throws discovery/invalid. */
export function tokenLocation(rest: string, secure: boolean): TokenLocation {
  const parts = rest.split('/');
  const token = parts.pop() ?? '';
  if (token === '') throw new BaleenError('discovery/invalid', 'token is empty');
  const [host, ...path] = parts;
  if (host === undefined && secure) return { ...classicService, token };
  if (host === undefined || !/^(\[[^\]/]+\]|[^:@/[\]\s]+)(:\d+)?$/.test(host)) {
    throw new BaleenError('discovery/invalid', 'a token service is token://host[:port]/token, or token+http:// without TLS');
  }
  return { origin: `${secure ? 'https' : 'http'}://${host}`, basePath: path.map((part) => `/${part}`).join(''), token };
}

/** `token://`: polled each heartbeat; the protocol has no watch. */
export function tokenStore(location: TokenLocation, tls: TlsMaterial | undefined): WatchedStore {
  const http = new StoreHttp('token service', [location.origin], tls);
  return {
    async list(signal) {
      const { status, text } = await http.call({ method: 'GET', path: clusterPath(location), signal });
      if (status !== 200)
        throw http.failure(`Failed to fetch entries, Discovery service returned ${status} HTTP status code${hintFor(status)}`);
      return entriesOf(text, http).filter((entry) => entry !== '');
    },
    close: () => http.close(),
  };
}

/** What a status means that users meet. */
function hintFor(status: number): string {
  return status === 404 ? ': it has no such token; `baleen create` makes one' : '';
}

function entriesOf(text: string, http: StoreHttp): string[] {
  try {
    return Entries.parse(JSON.parse(text));
  } catch (error) {
    throw http.failure(`Failed to decode response: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

export function tokenRegistry(location: TokenLocation, tls: TlsMaterial | undefined): DiscoveryRegistry {
  const http = new StoreHttp('token service', [location.origin], tls);
  const accept = (what: string, { status }: { readonly status: number }, accepted: readonly number[]) => {
    if (!accepted.includes(status))
      throw http.failure(`${what} failed: the service returned ${status} HTTP status code${hintFor(status)}`);
  };
  return {
    async register(address, ttlMs) {
      const path = `${clusterPath(location)}?ttl=${Math.ceil(ttlMs / 1_000)}`;
      accept('the registration', await http.call({ method: 'POST', path, body: address }), [200, 201, 204]);
    },
    /** Baleen's own; a service that does not know it lets the registration expire. */
    async deregister(address) {
      const path = `${clusterPath(location)}/${encodeURIComponent(address)}`;
      accept('the de-registration', await http.call({ method: 'DELETE', path }), [200, 204, 404, 405]);
    },
    close: () => http.close(),
  };
}

function clusterPath({ basePath, token }: TokenLocation): string {
  return `${basePath}/clusters/${encodeURIComponent(token)}`;
}
