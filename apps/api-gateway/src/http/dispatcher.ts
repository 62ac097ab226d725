import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { BaleenError } from '#contracts';
import type { VersionWindow } from '#docker-api';
import { isTracing, type Logger, tracedRequest, traceparentHeader } from '#service-shell';
import type { Gate } from '../access/gate.ts';
import { expectsPlainTextErrors, splitVersion, versionRefusal } from './api-version.ts';
import { toDockerError } from './docker-error.ts';
import { Exchange, type ExchangeFacts } from './exchange.ts';
import { FixedAnswers } from './fixed-answers.ts';
import { isForm, withForm } from './form-body.ts';
import { refuseOddHeads } from './refuse-odd-heads.ts';
import type { RequestMeter } from './request-meter.ts';
import { cleanLocation, splitUrl } from './request-url.ts';
import { isRaw, type Match, type Router } from './router.ts';
import { wallOffPage } from './shown-answer.ts';

export type DispatcherDeps = {
  readonly router: Router;
  /** Until the fleet is known: before that no version can be promised. `undefined` = it is. */
  readonly known: () => Promise<unknown> | undefined;
  /** The versions advertised just now. */
  readonly versions: () => VersionWindow;
  /** The `Server` header, `Baleen/<version> (linux)`. */
  readonly server: string;
  /** Tells browsers that pages of any origin may ask. */
  readonly cors: boolean;
  readonly meter: RequestMeter;
  /** Decides who may ask what; `undefined` = whoever the listener lets in may ask everything. */
  readonly gate?: Gate | undefined;
  /** Its requests are traced, where tracing is on. */
  readonly isTraced: boolean;
  readonly logger: Logger;
};

/** Bodies on requests that take the connection over: exec start sends 50 bytes, nothing else sends any. */
const hijackBodyMaxBytes = 64 * 1024;

/** As classic Swarm sent them with --api-enable-cors (classic-swarm.md 8.11). */
const corsHeaders = new Map([
  ['Access-Control-Allow-Origin', '*'],
  ['Access-Control-Allow-Headers', 'Origin, X-Requested-With, Content-Type, Accept'],
  ['Access-Control-Allow-Methods', 'GET, POST, DELETE, PUT, OPTIONS, HEAD'],
]);

/** The connection of a request whose route takes it; given by the listener. */
export type Connection = {
  /** Reads the body, which nobody has parsed. */
  readonly readBody: (maxBytes: number) => Promise<Buffer>;
  /** What comes behind the head, body and all, as long as nobody has read it. */
  readonly input: Readable;
  /** Takes it. A session has no end of its own and is cut at once when the gateway stops; an answer is given time to end. */
  readonly socket: (use: 'session' | 'answer') => Socket;
};

/** Routes requests to handlers and turns what they throw into Docker's errors. Never throws. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #fixed = new FixedAnswers();
  #requests = 0;
  /** Each request is matched when its head is read and again when it is served. */
  #lastMatch: { readonly method: string; readonly url: string; readonly match: Match | undefined } | undefined;
  #common: { readonly window: VersionWindow; readonly headers: Readonly<Record<string, string>> } | undefined;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  /** True when the connection of this request is its route's to take over. */
  takesConnection(request: IncomingMessage): boolean {
    if (this.#fixed.has(request.method, request.url)) return false;
    try {
      const route = this.#match(request)?.route;
      if (route === undefined || route.hijack === true) return route !== undefined;
      const { url = '/', httpVersion } = request;
      // A client of HTTP/1.0 cannot read an engine's chunks as they are; one that asks uncleanly is sent elsewhere first; parameters are read.
      const mayBeRaw = httpVersion === '1.1' && !isForm(request);
      return mayBeRaw && isRaw(route, splitUrl(url).rawQuery) && cleanLocation(url) === undefined;
    } catch (error) {
      if (error instanceof BaleenError) return false;
      throw error;
    }
  }

  dispatch(request: IncomingMessage, response: ServerResponse, connection?: Connection): Promise<void> {
    // Pings come before every command and ask nobody.
    if (!this.#deps.isTraced || !isTracing() || this.#fixed.has(request.method, request.url))
      return this.#dispatch(request, response, connection);
    const start = { name: this.#operation(request), kind: 'server' } as const;
    return tracedRequest(start, String(request.headers[traceparentHeader] ?? ''), async (span) => {
      await this.#dispatch(request, response, connection);
      span?.set('http.response.status_code', response.statusCode);
    });
  }

  async #dispatch(request: IncomingMessage, response: ServerResponse, connection?: Connection): Promise<void> {
    const beganMs = performance.now();
    this.#requests += 1;
    const id = String(this.#requests);
    if (this.#deps.cors) response.setHeaders(corsHeaders);
    const known = this.#deps.known();
    if (known !== undefined) await known;
    const window = this.#deps.versions();
    const fixed = connection === undefined ? this.#fixed.answer(request, window, response) : undefined;
    if (fixed !== undefined) return this.#deps.meter.answered(fixed, 200, performance.now() - beganMs);
    wallOffPage(request, response);
    const { path, rawQuery } = splitUrl(request.url ?? '/');
    const { version, rest } = splitVersion(path);
    const facts = { id, path: rest, rawQuery, apiVersion: version ?? window.max, commonHeaders: this.#commonHeaders(window) };
    try {
      refuseOddHeads(request, this.#deps);
      if (connection !== undefined) await this.#hijackable(request, response, facts, connection, version, window);
      else await this.#plain(request, response, facts, version, window);
    } catch (error) {
      this.#fail(error, request, response, facts);
    }
    this.#meter(request, response, performance.now() - beganMs, connection !== undefined);
  }

  #meter(request: IncomingMessage, { statusCode, writableEnded }: ServerResponse, tookMs: number, isTaken: boolean): void {
    const operation = this.#operation(request);
    if (isTaken || !writableEnded) this.#deps.meter.streamed(operation);
    else this.#deps.meter.answered(operation, statusCode, tookMs);
  }

  async #plain(
    request: IncomingMessage,
    response: ServerResponse,
    facts: RequestFacts,
    version: string | undefined,
    window: VersionWindow,
  ): Promise<void> {
    const bare = new Exchange(request, response, { ...facts, ...unrouted });
    const elsewhere = cleanLocation(request.url ?? '/');
    if (elsewhere !== undefined) return bare.respond(301, undefined, { Location: elsewhere });
    const match = this.#match(request);
    const isAsked = request.method === 'OPTIONS';
    // Of what is not there no version has any.
    if (match === undefined && !isAsked) return bare.respond(404, { message: 'page not found' });
    const refusal = version === undefined ? undefined : versionRefusal(version, window);
    if (version !== undefined && refusal !== undefined) return refuseVersion(bare, version, refusal);
    if (match === undefined) return bare.respond(200);
    const { route, operation } = match;
    if (route.fixed !== undefined) {
      const { headers, body } = route.fixed(window);
      const answer = { operation, headers: { ...facts.commonHeaders, ...headers }, body };
      return this.#fixed.keep(request.method, request.url, window, answer, response);
    }
    await this.#serve(new Exchange(request, response, { ...facts, ...routed(match) }), match);
  }

  async #serve(exchange: Exchange, match: Match): Promise<void> {
    const { gate } = this.#deps;
    const { route } = match;
    // A gate takes no forms.
    if (gate !== undefined) return gate.serve(exchange, match);
    // What the gateway answers by itself reads its bodies as they are.
    const hasForm = route.semantics !== 'local' && isForm(exchange.request);
    await route.handle?.(hasForm ? await withForm(exchange, route) : exchange);
  }

  async #hijackable(
    request: IncomingMessage,
    response: ServerResponse,
    facts: RequestFacts,
    connection: Connection,
    version: string | undefined,
    window: VersionWindow,
  ): Promise<void> {
    const match = this.#match(request);
    const isSession = match?.route.hijack === true;
    const bare = new Exchange(request, response, {
      ...facts,
      ...(match === undefined ? unrouted : routed(match)),
      takeSocket: () => connection.socket(isSession ? 'session' : 'answer'),
    });
    if (isSession && match !== undefined) this.#deps.gate?.demandIdentity(bare, match);
    const exchange = bare.amended(
      isSession ? { prefetched: await connection.readBody(hijackBodyMaxBytes) } : { input: connection.input },
    );
    const refusal = version === undefined ? undefined : versionRefusal(version, window);
    if (version !== undefined && refusal !== undefined) return refuseVersion(exchange, version, refusal);
    if (match !== undefined) await this.#serve(exchange, match);
  }

  #operation(request: IncomingMessage): string {
    try {
      return this.#match(request)?.operation ?? 'none';
    } catch (error) {
      // A path that cannot be read; its refusal was answered.
      if (error instanceof BaleenError) return 'none';
      throw error;
    }
  }

  #match(request: IncomingMessage): Match | undefined {
    const { method = 'GET', url = '/' } = request;
    const last = this.#lastMatch;
    if (last?.method === method && last.url === url) return last.match;
    const match = this.#deps.router.match(method, splitVersion(splitUrl(url).path).rest);
    this.#lastMatch = { method, url, match };
    return match;
  }

  #commonHeaders(window: VersionWindow): Readonly<Record<string, string>> {
    if (this.#common?.window !== window) {
      const headers = {
        'Api-Version': window.max,
        'Docker-Experimental': 'false',
        Ostype: 'linux',
        Server: this.#deps.server,
      };
      this.#common = { window, headers };
    }
    return this.#common.headers;
  }

  #fail(error: unknown, request: IncomingMessage, response: ServerResponse, facts: RequestFacts): void {
    const { status, body, isDefect } = toDockerError(error, facts.id);
    // Work that ends because its client has gone is no defect: nobody waits for it.
    if (isDefect && !response.destroyed) {
      this.#deps.logger.error({ request: facts.id, method: request.method, path: facts.path, err: error }, 'defect');
    }
    // Too late for another status: an answer cut short is the only honest sign left.
    if (response.headersSent) response.destroy();
    else if (!response.destroyed) {
      // What is left of a refused body is not read; the connection cannot serve another request.
      if (!request.complete) response.shouldKeepAlive = false;
      if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
      new Exchange(request, response, { ...facts, ...unrouted }).respond(status, body);
    }
  }
}

/** Of a request, before it is known whether a route serves it. */
type RequestFacts = Omit<ExchangeFacts, 'params' | 'operation'>;

const unrouted: Pick<ExchangeFacts, 'params' | 'operation'> = { params: {}, operation: '' };

function routed({ params, operation }: Match): Pick<ExchangeFacts, 'params' | 'operation'> {
  return { params, operation };
}

function refuseVersion(exchange: Exchange, version: string, refusal: string): void {
  if (expectsPlainTextErrors(version)) {
    exchange.respond(400, Buffer.from(`${refusal}\n`), { 'Content-Type': 'text/plain; charset=utf-8' });
  } else {
    exchange.respond(400, { message: refusal });
  }
}
