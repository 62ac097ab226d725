import { unescape as unescaped } from 'node:querystring';
import { BaleenError } from '#contracts';
import { operationOf, type VersionWindow } from '#docker-api';
import type { AccessRule } from '../access/access-rule.ts';
import { cleanPath } from './clean-path.ts';
import type { Exchange } from './exchange.ts';
import { refuseBrokenEscape } from './url-escapes.ts';

export type Handler = (exchange: Exchange) => Promise<void> | void;

/**
 * What a route means on a fleet (docs/api.md): merged over all engines · the engine of a container · of an exec · one that holds the
 * image · all that hold the object, or all healthy ones · chosen by the scheduler · the caller's builder · any healthy engine · answered
 * by the gateway itself · refused.
 */
export type Semantics =
  | 'aggregate'
  | 'container'
  | 'exec'
  | 'image'
  | 'broadcast'
  | 'placed'
  | 'builder'
  | 'any'
  | 'local'
  | 'refused';

/** A whole answer with status 200, but for the fields that every answer has. */
export type FixedAnswer = { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };

/** How a route answers: each request by itself, or all alike by an answer that depends on the advertised versions alone. */
type Answering =
  | { readonly handle: Handler; readonly fixed?: never }
  | { readonly fixed: (versions: VersionWindow) => FixedAnswer; readonly handle?: never };

/** One row of the gateway's table. */
export type Route = Answering & {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /**
   * `/images/{name}/json`: a parameter takes one or more characters, slashes included (`registry:5000/team/app`, `node-1%2Fdb`);
   * it is percent-decoded after matching. No version prefix.
   */
  readonly path: string;
  readonly semantics: Semantics;
  /** Who may use it when a policy is in force. */
  readonly access: AccessRule;
  /** What docs/api.md says of it beyond its semantics: one phrase. */
  readonly note?: string;
  /**
   * The answer may take the connection over (attach, exec start, session). The body of such a request is read whole before the
   * handler runs, and `exchange.takeSocket()` is allowed.
   */
  readonly hijack?: true;
  /**
   * Large bodies: neither the request's nor the answer's is parsed, the handler gets them as `exchange.input` and by
   * `exchange.takeSocket()` and closes the connection afterwards (`relayBulk`). Requests of HTTP/1.0 come as to any other route.
   * A function: those requests only.
   */
  readonly raw?: true | ((query: URLSearchParams) => boolean);
};

/** Whether the bodies of a request with this query stay unparsed. */
export function isRaw({ raw }: Pick<Route, 'raw'>, rawQuery: string): boolean {
  return typeof raw === 'function' ? raw(new URLSearchParams(rawQuery)) : raw === true;
}

/** `POST /swarm/init` as the beginning of a route. */
export function routeAt(row: string): Pick<Route, 'method' | 'path'> {
  const [method, path] = row.split(' ') as [Route['method'], string];
  return { method, path };
}

export type Match = {
  readonly route: Route;
  /** The route's (docker-api, `operationOf`). */
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
};

type CompiledRoute = Omit<Match, 'params'> & { readonly pattern: RegExp; readonly literals: number };

/**
 * The table of routes. Of several that match, the one with the most literal segments wins; of two alike the one listed first,
 * so that refusals can be listed after what is served.
 */
export class Router {
  /** By method and first path segment: a lookup tries a handful of patterns. */
  readonly #buckets = new Map<string, CompiledRoute[]>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const key = bucketKey(route.method, route.path);
      const bucket = this.#buckets.get(key) ?? [];
      this.#buckets.set(key, bucket);
      bucket.push(compile(route));
    }
    for (const bucket of this.#buckets.values()) bucket.sort((left, right) => right.literals - left.literals);
  }

  /** `path` (`splitUrl`) has neither version nor query. Throws request/invalid for a broken percent escape, and for steps in a path that are escaped. */
  match(method: string, path: string): Match | undefined {
    refuseBrokenEscape(path);
    if (cleanPath(path) !== path) return undefined;
    for (const { route, operation, pattern } of this.#buckets.get(bucketKey(method, path)) ?? []) {
      const groups = pattern.exec(path)?.groups;
      if (groups !== undefined) return { route, operation, params: decoded(groups) };
    }
    return undefined;
  }
}

function compile(route: Route): CompiledRoute {
  const segments = route.path.split('/').slice(1);
  const source = segments.map((segment) => segment.replace(/^\{(\w+)\}$/, '(?<$1>[^/].*)')).join('/');
  const literals = segments.filter((segment) => !segment.startsWith('{')).length;
  // The empty named group makes `groups` present for routes without parameters.
  const operation = operationOf(route.method, route.path);
  return { route, operation, pattern: new RegExp(`^/${source}(?<_>)$`), literals };
}

function bucketKey(method: string, path: string): string {
  const end = path.indexOf('/', 1);
  return `${method} ${end === -1 ? path : path.slice(0, end)}`;
}

function decoded(groups: Record<string, string>): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, text] of Object.entries(groups)) {
    if (name !== '_') params[name] = objectName(text);
  }
  return params;
}

/** Unescaped segments of dots are gone by now (`cleanPath`); what reads an escaped one as a step in its own path would be led elsewhere. */
function objectName(text: string): string {
  // Bytes that are no UTF-8 name nothing either; engines say so of what they can show.
  const name = unescaped(text);
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(name))
    throw new BaleenError('request/invalid', `invalid name "${name}": . and .. name nothing`);
  return name;
}
