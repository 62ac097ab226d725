import { z } from 'zod';
import type { DiscoveryRegistry } from '../discovery-source.ts';
import type { WatchedStore } from '../lists/watched-source.ts';
import { parseAnswer } from '../stores/parse-answer.ts';
import { type StoreAnswer, type StoreCall, StoreHttp } from '../stores/store-http.ts';
import type { StoreLocation } from '../stores/store-location.ts';
import type { TlsMaterial } from '../stores/store-tls.ts';

const Pairs = z.array(z.object({ Value: z.string().nullable(), Session: z.string().optional() }));
const Session = z.object({ ID: z.string() });

/** Classic's: a blocking query comes back after this, changed or not. Consul adds up to a sixteenth. */
const waitSeconds = 15;
const blockingTimeoutMs = waitSeconds * 1_000 + 5_000;
/** Consul refuses shorter sessions unless it is told otherwise (`session_ttl_min`), and longer ones always. */
const sessionTtlMaxSeconds = 86_400;

/** Consul's HTTP API: one key an engine below the directory, its value the address. */
class Consul {
  readonly #directory: string;
  readonly http: StoreHttp;

  constructor({ servers, directory }: StoreLocation, tls: TlsMaterial | undefined) {
    this.#directory = directory;
    this.http = new StoreHttp('consul', [`${tls === undefined ? 'http' : 'https'}://${servers[0]}`], tls);
  }

  keyPath(address: string): string {
    return `/v1/kv/${[...this.#directory.split('/'), address].map(encodeURIComponent).join('/')}`;
  }

  /** Everything below the directory; a folder that is not there yet is empty (404). */
  async below(query: string, more: Partial<StoreCall> = {}): Promise<StoreAnswer> {
    return await this.ask({ method: 'GET', path: `${this.keyPath('')}?${query}`, ...more }, [200, 404]);
  }

  async ask(call: StoreCall, accepted: readonly number[]): Promise<StoreAnswer> {
    const answer = await this.http.call(call);
    if (accepted.includes(answer.status)) return answer;
    const path = call.path.replace(/\?.*$/, '');
    throw this.http.failure(`${call.method} ${path} was answered with ${answer.status} ${answer.text.slice(0, 200)}`);
  }

  parse<S extends z.ZodType>(schema: S, text: string): z.infer<S> {
    return parseAnswer(schema, text, (reason, cause) => this.http.failure(reason, cause));
  }
}

/** `consul://`: the list is read anew after each change that a blocking query tells of. */
export function consulStore(location: StoreLocation, tls: TlsMaterial | undefined): WatchedStore {
  const consul = new Consul(location, tls);
  return {
    async list(signal) {
      const { status, text } = await consul.below('recurse=true', { signal });
      if (status === 404) return [];
      return consul
        .parse(Pairs, text)
        .map(({ Value }) => Buffer.from(Value ?? '', 'base64').toString('utf8'))
        .filter((value) => value !== '');
    },
    async watch({ onReady, onChange }, signal) {
      let index = indexOf(await consul.below('keys=true', { signal }));
      onReady();
      while (!signal.aborted) {
        const query = `keys=true&index=${index}&wait=${waitSeconds}s`;
        const next = indexOf(await consul.below(query, { signal, headTimeoutMs: blockingTimeoutMs }));
        if (next === index) continue;
        // A smaller one is a store that began anew: the next query must not wait for what was.
        index = next < index ? 1 : next;
        onChange();
      }
    },
    close: () => consul.http.close(),
  };
}

/** A key an address, locked by a session of half the TTL with behaviour "delete": Consul ends a session at the latest after twice its TTL. */
export function consulRegistry(location: StoreLocation, tls: TlsMaterial | undefined): DiscoveryRegistry {
  const consul = new Consul(location, tls);
  const sessions = new Map<string, string>();

  async function isRenewed(session: string): Promise<boolean> {
    return (await consul.ask({ method: 'PUT', path: `/v1/session/renew/${session}` }, [200, 404])).status === 200;
  }

  async function newSession(ttlMs: number): Promise<string> {
    const seconds = Math.min(Math.max(1, Math.floor(ttlMs / 2_000)), sessionTtlMaxSeconds);
    const body = JSON.stringify({ Name: 'baleen join', Behavior: 'delete', TTL: `${seconds}s`, LockDelay: '1ms' });
    return consul.parse(Session, (await consul.ask({ method: 'PUT', path: '/v1/session/create', body }, [200])).text).ID;
  }

  /** The session that locks the key, when there is one. */
  async function holderOf(address: string): Promise<string | undefined> {
    const { status, text } = await consul.ask({ method: 'GET', path: consul.keyPath(address) }, [200, 404]);
    return status === 404 ? undefined : consul.parse(Pairs, text)[0]?.Session;
  }

  async function isLocked(address: string, session: string): Promise<boolean> {
    const call = { method: 'PUT', path: `${consul.keyPath(address)}?acquire=${session}`, body: address } as const;
    return (await consul.ask({ ...call, contentType: 'text/plain' }, [200])).text.trim() === 'true';
  }

  return {
    async register(address, ttlMs) {
      let session = sessions.get(address);
      if (session !== undefined && !(await isRenewed(session))) session = undefined;
      // An agent that was started again goes on with the session its predecessor left.
      if (session === undefined) session = await holderOf(address);
      if (session === undefined || !(await isRenewed(session))) session = await newSession(ttlMs);
      sessions.set(address, session);
      if ((await holderOf(address)) === session) return;
      if (!(await isLocked(address, session))) {
        throw consul.http.failure(`cannot set or renew session for ttl: another session holds ${address}`);
      }
    },
    async deregister(address) {
      const session = sessions.get(address);
      if (session === undefined) return;
      await consul.ask({ method: 'PUT', path: `/v1/session/destroy/${session}` }, [200]);
      sessions.delete(address);
    },
    close: () => consul.http.close(),
  };
}

function indexOf(answer: StoreAnswer): number {
  return Number(answer.header('x-consul-index') ?? '0') || 1;
}
