import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { BaleenError, parseJson } from '#contracts';
import { type ApiVersion, isFalse } from '#docker-api';
import type { AccessRule } from '../access/access-rule.ts';
import type { Identity } from '../access/identity-book.ts';
import { callerIdentity } from './caller-identity.ts';
import { requireJsonType } from './json-type.ts';
import { readWhole } from './request-body.ts';
import { refuseBrokenQuery } from './url-escapes.ts';

export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** Bodies that the gateway parses. A create with some thousand environment variables is below 1 MiB; engines stop at 4 MiB or more. */
const jsonBodyMaxBytes = 4 * 1024 * 1024;

/** What the dispatcher knows about a request once it is routed. */
export type ExchangeFacts = {
  /** Names the request in the log. */
  readonly id: string;
  /** The path without version and query, as sent. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** The route's operation (docker-api, `operationOf`); empty when the request matches none. */
  readonly operation: string;
  /** The query as sent, without `?`. */
  readonly rawQuery: string;
  readonly apiVersion: ApiVersion;
  readonly commonHeaders: Readonly<Record<string, string>>;
  /** The body, when it was read before the handler runs (routes with `hijack`, bodies that were judged). */
  readonly prefetched?: Buffer;
  /** Instead of the request's own lines. */
  readonly rawHeaders?: readonly string[];
  /** Who asks, where a policy says who that is. */
  readonly identity?: Identity;
  /** Whether who asks may use a route of this rule; without a policy everybody may. */
  readonly permits?: (rule: AccessRule) => boolean;
  /** The body with its framing and whatever follows it (routes with `raw`). */
  readonly input?: Readable;
  /** Takes the connection from the HTTP server (routes with `hijack` or `raw`). */
  readonly takeSocket?: () => Socket;
};

/** One request and its answer, as handlers see them. Exactly one of `respond`, `stream` and a relay answers it. */
export class Exchange {
  readonly id: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly operation: string;
  readonly rawQuery: string;
  /** The client's version, or the advertised one when it gave none. */
  readonly apiVersion: ApiVersion;
  /** Api-Version, Server, Ostype, Docker-Experimental: on every answer (docker-api.md 1.1). */
  readonly commonHeaders: Readonly<Record<string, string>>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly #facts: ExchangeFacts;
  readonly #noted: { engine?: string; operation?: string };
  /** The body with its framing, as it arrives; `undefined` when the HTTP server reads it (`body`). */
  readonly input: Readable | undefined;
  #query: URLSearchParams | undefined;
  #aborter: AbortController | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, facts: ExchangeFacts, noted = {}) {
    this.request = request;
    this.response = response;
    this.id = facts.id;
    this.path = facts.path;
    this.params = facts.params;
    this.operation = facts.operation;
    this.rawQuery = facts.rawQuery;
    this.apiVersion = facts.apiVersion;
    this.commonHeaders = facts.commonHeaders;
    this.#facts = facts;
    this.#noted = noted;
    this.input = facts.input;
  }

  get method(): string {
    return this.request.method ?? 'GET';
  }

  /** Names and values alternating, repeated lines kept apart. */
  get rawHeaders(): readonly string[] {
    return this.#facts.rawHeaders ?? this.request.rawHeaders;
  }

  /** Aborts when the client goes away before its answer is complete. */
  get signal(): AbortSignal {
    if (this.#aborter !== undefined) return this.#aborter.signal;
    const aborter = new AbortController();
    this.#aborter = aborter;
    const { response } = this;
    const onClose = () => {
      if (!response.writableFinished) aborter.abort(new Error('the client has gone'));
    };
    if (response.closed || response.destroyed) onClose();
    else response.once('close', onClose);
    return aborter.signal;
  }

  /** Form-decoded: `+` is a space. Throws request/invalid where it cannot be read. */
  get query(): URLSearchParams {
    if (this.#query === undefined) refuseBrokenQuery(this.rawQuery);
    this.#query ??= new URLSearchParams(this.rawQuery);
    return this.#query;
  }

  /** Who calls: the identity of the policy, or as `callerIdentity` tells it. Alike at every gateway. */
  get caller(): string {
    const { identity } = this.#facts;
    return identity === undefined ? callerIdentity(this.request.socket) : `identity ${identity.name}`;
  }

  /** As the policy knows who asks; `undefined` without one. */
  get identity(): Identity | undefined {
    return this.#facts.identity;
  }

  /** Whether who asks may use a route of this rule, as far as the route alone decides. */
  permits(rule: AccessRule): boolean {
    return this.#facts.permits?.(rule) ?? true;
  }

  /** False for who must not see what a container was made with: its label of the original request says it, too. */
  get mayInspect(): boolean {
    return this.#facts.identity?.privileges.has('inspect') ?? true;
  }

  /** The same exchange with other facts: what a policy has made of the request. */
  amended(facts: Partial<ExchangeFacts>): Exchange {
    return new Exchange(this.request, this.response, { ...this.#facts, ...facts }, this.#noted);
  }

  /** What the audit tells beside the request: the engine that got it, the operation it became. */
  note(facts: { readonly engine?: string; readonly operation?: string }): void {
    Object.assign(this.#noted, facts);
  }

  get noted(): { readonly engine?: string; readonly operation?: string } {
    return this.#noted;
  }

  /** The body, when it was read before the handler runs: whatever is sent on must be these bytes. */
  get prefetched(): Buffer | undefined {
    return this.#facts.prefetched;
  }

  /** What the dispatcher has put on the answer (CORS), as `rawHeaders` in lower case: for a relay that writes the head itself. */
  get answerFields(): readonly string[] {
    return this.response.getHeaderNames().flatMap((name) => [name, String(this.response.getHeader(name))]);
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  param(name: string): string {
    const value = this.params[name];
    if (value === undefined) throw new Error(`the route ${this.path} has no parameter ${name}`);
    return value;
  }

  /** A parameter as Docker reads a boolean. */
  flag(name: string): boolean {
    return !isFalse(this.query.get(name) ?? '');
  }

  /** The body as it arrives; not for routes with `hijack`, and not where there is `input`. */
  get body(): Readable {
    return this.request;
  }

  /** The whole body. Throws request/too-large above `maxBytes`, request/invalid when the client stops midway. */
  async readBody(maxBytes: number = jsonBodyMaxBytes): Promise<Buffer> {
    return this.#facts.prefetched ?? readWhole(this.request, maxBytes);
  }

  /** The body as JSON, `undefined` when there is none. Throws request/invalid when it is no JSON or is not said to be; chunks without content are a body. */
  async readJson(maxBytes: number = jsonBodyMaxBytes): Promise<unknown> {
    const body = await this.readBody(maxBytes);
    const type = this.header('content-type');
    const isNone = body.length === 0 && this.header('transfer-encoding') === undefined;
    if (!isNone || type) requireJsonType(type);
    if (isNone) return undefined;
    if (body.length === 0) throw new BaleenError('request/invalid', 'invalid JSON: got EOF while reading request body');
    try {
      return parseJson(body.toString('utf8'));
    } catch (cause) {
      throw new BaleenError('request/invalid', `invalid JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      });
    }
  }

  /** Answers. A Buffer goes out as it is (JSON unless `headers` say otherwise), any other value as JSON with a newline, `undefined` as no body. */
  respond(status: number, body?: unknown, headers: Headers = {}): void {
    if (this.response.headersSent || this.response.destroyed) return;
    const bytes = encode(body);
    const mayHaveBody = status !== 204 && status !== 304;
    const hasBody = bytes !== undefined && mayHaveBody;
    const head: Record<string, string | string[]> = { ...this.commonHeaders };
    if (hasBody) head['Content-Type'] = 'application/json';
    if (mayHaveBody) head['Content-Length'] = String(bytes?.length ?? 0);
    this.response.writeHead(status, Object.assign(head, mutable(headers)));
    this.response.end(hasBody ? bytes : undefined);
  }

  /** Sends the head at once; the caller writes the body to what is returned, minding back-pressure, and ends it. */
  stream(status: number, headers: Headers = {}): ServerResponse {
    this.response.writeHead(status, { ...this.commonHeaders, 'Content-Type': 'application/json', ...mutable(headers) });
    this.response.flushHeaders();
    return this.response;
  }

  /** The connection itself, paused, with HTTP off it; the caller writes the answer's head and ends or destroys it. */
  takeSocket(): Socket {
    const { takeSocket } = this.#facts;
    if (takeSocket === undefined) throw new Error(`the route of ${this.path} takes no connection: it has neither hijack nor raw`);
    return takeSocket();
  }
}

function encode(body: unknown): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.from(`${JSON.stringify(body)}\n`);
}

function mutable(headers: Headers): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : Array.from(value)]),
  );
}
