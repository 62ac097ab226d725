import { z } from 'zod';
import type { DiscoveryRegistry } from '../discovery-source.ts';
import type { WatchedStore } from '../lists/watched-source.ts';
import { parseAnswer } from '../stores/parse-answer.ts';
import { StoreHttp } from '../stores/store-http.ts';
import type { StoreLocation } from '../stores/store-location.ts';
import type { TlsMaterial } from '../stores/store-tls.ts';

/** Answers of etcd's HTTP/JSON gateway (v3); bytes are base64, int64 are strings, zero values are left out. */
const Range = z.object({
  kvs: z.array(z.object({ value: z.string().optional(), lease: z.string().optional() })).optional(),
});
const Granted = z.object({ ID: z.string() });
const KeptAlive = z.object({ result: z.object({ TTL: z.string().optional() }) });
const Watched = z.object({
  result: z
    .object({ created: z.boolean().optional(), canceled: z.boolean().optional(), events: z.array(z.unknown()).optional() })
    .optional(),
  error: z.unknown().optional(),
});

/** etcd through the HTTP gateway of its v3 API (3.4 or later): one key an engine below the directory, its value the address. */
class Etcd {
  readonly directory: string;
  readonly http: StoreHttp;

  constructor({ servers, directory }: StoreLocation, tls: TlsMaterial | undefined) {
    const scheme = tls === undefined ? 'http' : 'https';
    this.directory = directory;
    this.http = new StoreHttp(
      'etcd',
      servers.map((server) => `${scheme}://${server}`),
      tls,
    );
  }

  async post<S extends z.ZodType>(path: string, body: object, schema: S, signal?: AbortSignal): Promise<z.infer<S>> {
    const call = { method: 'POST', path, body: JSON.stringify(body), ...(signal && { signal }) } as const;
    const { status, text } = await this.http.call(call);
    if (status !== 200) throw this.http.failure(`${path} was answered with ${status} ${text.slice(0, 200)}`);
    return parseAnswer(schema, text, (reason, cause) => this.http.failure(reason, cause));
  }

  /** All keys below the directory. */
  get everything(): { readonly key: string; readonly range_end: string } {
    return { key: base64(`${this.directory}/`), range_end: base64(`${this.directory}0`) };
  }
}

/** `etcd://`: the list is read anew after each event of a watch on the directory. */
export function etcdStore(location: StoreLocation, tls: TlsMaterial | undefined): WatchedStore {
  const etcd = new Etcd(location, tls);
  return {
    async list(signal) {
      const { kvs = [] } = await etcd.post('/v3/kv/range', etcd.everything, Range, signal);
      return kvs.map(({ value = '' }) => Buffer.from(value, 'base64').toString('utf8')).filter((value) => value !== '');
    },
    async watch({ onReady, onChange }, signal) {
      const body = JSON.stringify({ create_request: etcd.everything });
      for await (const line of etcd.http.lines({ method: 'POST', path: '/v3/watch', body, signal })) {
        const { result, error } = parseAnswer(Watched, line, (reason, cause) => etcd.http.failure(reason, cause));
        if (result === undefined || result.canceled === true) {
          throw etcd.http.failure(`the watch was ended by the server: ${JSON.stringify(error ?? result)}`);
        }
        if (result.created === true) onReady();
        if (result.events !== undefined) onChange();
      }
    },
    close: () => etcd.http.close(),
  };
}

/** A key an address, held by a lease of the registration's TTL. */
export function etcdRegistry(location: StoreLocation, tls: TlsMaterial | undefined): DiscoveryRegistry {
  const etcd = new Etcd(location, tls);
  const leases = new Map<string, string>();
  const keyOf = (address: string) => base64(`${etcd.directory}/${address}`);

  async function isAlive(lease: string): Promise<boolean> {
    const { result } = await etcd.post('/v3/lease/keepalive', { ID: lease }, KeptAlive);
    return Number(result.TTL ?? '0') > 0;
  }

  async function isHeldBy(lease: string, address: string): Promise<boolean> {
    const { kvs = [] } = await etcd.post('/v3/kv/range', { key: keyOf(address) }, Range);
    return kvs[0]?.lease === lease;
  }

  return {
    async register(address, ttlMs) {
      let lease = leases.get(address);
      if (lease === undefined || !(await isAlive(lease))) {
        lease = (await etcd.post('/v3/lease/grant', { TTL: String(Math.ceil(ttlMs / 1_000)) }, Granted)).ID;
        leases.set(address, lease);
      }
      // A heartbeat that changes nothing writes nothing: every write makes all readers list again.
      if (await isHeldBy(lease, address)) return;
      await etcd.post('/v3/kv/put', { key: keyOf(address), value: base64(address), lease }, z.unknown());
    },
    async deregister(address) {
      const lease = leases.get(address);
      if (lease === undefined) return;
      await etcd.post('/v3/lease/revoke', { ID: lease }, z.unknown());
      leases.delete(address);
    },
    close: () => etcd.http.close(),
  };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
