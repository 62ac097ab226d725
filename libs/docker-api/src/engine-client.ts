import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { type buildConnector, type Dispatcher, Pool } from 'undici';
import { BaleenError } from '#contracts';
import { isTracing, traced } from '#service-shell';
import { answerTimeout, engineFailure } from './engine-errors.ts';
import { type EngineAddress, parseEngineAddress, showEngineAddress } from './transport/engine-address.ts';
import type { EngineStream, EngineTransport } from './transport/engine-transport.ts';
import { WholeAnswer } from './whole-answer.ts';

export type EngineCall = {
  readonly method: string;
  /** Path and query without version prefix: `/containers/json?all=1`. */
  readonly path: string;
  /** `1.41`; absent or empty = no prefix (the daemon's newest). */
  readonly apiVersion?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  /** Until the whole answer (`request`) or its head (`stream`) is there. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
};

export type EngineHead = {
  readonly status: number;
  /** Lower-case names; repeated ones joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
};

export type EngineClientOptions = {
  /** A form that `parseEngineAddress` reads, or parsed. */
  readonly address: string | EngineAddress;
  readonly transport: EngineTransport;
  /** Connections kept to one engine. */
  readonly connections?: number;
};

/** More requests at a time wait for a connection: a daemon serves no faster for being asked more at once. */
const connectionsDefault = 32;
/** The largest body kept in memory; `/containers/json` of 10,000 containers is 16 MB. */
const bodyMaxBytesDefault = 256 * 1024 * 1024;
const keepAliveMs = 30_000;
/** dockerd answers some requests with headers of this size (X-Docker-Container-Path-Stat). */
const headersMaxBytes = 1024 * 1024;

/** HTTP to one Docker daemon, bytes kept as they come. Failures are BaleenErrors engine/{unreachable,timeout,bad-answer} that name the address. */
export class EngineClient {
  readonly address: EngineAddress;
  readonly #shown: string;
  readonly #pool: Pool;

  constructor(options: EngineClientOptions) {
    this.address = typeof options.address === 'string' ? parseEngineAddress(options.address) : options.address;
    this.#shown = showEngineAddress(this.address);
    this.#pool = new Pool('http://docker', {
      connections: options.connections ?? connectionsDefault,
      keepAliveTimeout: keepAliveMs,
      maxHeaderSize: headersMaxBytes,
      connect: connectorOf(options.transport, this.address),
    });
  }

  /** A whole answer in memory. */
  request(call: EngineCall & { readonly maxBodyBytes?: number }): Promise<EngineHead & { readonly body: Buffer }> {
    return this.#traced(call, () => this.#request(call));
  }

  /** An answer that is read as it comes. Aborting the signal ends it; the timeout is for the head only. */
  stream(call: EngineCall): Promise<EngineHead & { readonly body: Readable }> {
    return this.#traced(call, () => this.#stream(call));
  }

  async #stream(call: EngineCall): Promise<EngineHead & { readonly body: Readable }> {
    const headDeadline = new AbortController();
    const timer = setTimeout(() => headDeadline.abort(), call.timeoutMs);
    const signal = call.signal === undefined ? headDeadline.signal : AbortSignal.any([headDeadline.signal, call.signal]);
    try {
      const answer = await this.#send(call, signal);
      return { ...head(answer), body: answer.body };
    } catch (error) {
      throw this.#failure(error, headDeadline.signal, call);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends all connections at once. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** To the end of the answer, or of its head. */
  #traced<T extends EngineHead>(call: EngineCall, asked: () => Promise<T>): Promise<T> {
    if (!isTracing()) return asked();
    const attributes = { 'http.request.method': call.method, 'server.address': this.#shown };
    return traced({ name: 'engine call', kind: 'client', attributes }, async (span) => {
      const answer = await asked();
      span?.set('http.response.status_code', answer.status);
      return answer;
    });
  }

  async #request(call: EngineCall & { readonly maxBodyBytes?: number }): Promise<EngineHead & { readonly body: Buffer }> {
    const { signal, timeoutMs, maxBodyBytes = bodyMaxBytesDefault } = call;
    signal?.throwIfAborted();
    const answer = new WholeAnswer(maxBodyBytes, () => this.#tooLarge(maxBodyBytes));
    const timer = setTimeout(() => answer.abort(answerTimeout(this.#shown, undefined, call)), timeoutMs);
    const onAbort = () => answer.abort(signal?.reason as Error);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      this.#pool.dispatch(dispatchOptions(call), answer);
      const { status, headers, body } = await answer.complete;
      return { status, headers: joinedHeaders(headers), body };
    } catch (error) {
      throw signal?.aborted ? signal.reason : engineFailure(this.#shown, error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #send(call: EngineCall, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return whileNotAborted(this.#pool.request({ ...dispatchOptions(call), signal }), signal);
  }

  #tooLarge(maxBytes: number): BaleenError {
    return new BaleenError('engine/bad-answer', `the engine at ${this.#shown} answered with more than ${maxBytes} bytes`);
  }

  #failure(error: unknown, deadline: AbortSignal, call: EngineCall): unknown {
    if (call.signal?.aborted) return call.signal.reason;
    if (deadline.aborted) return answerTimeout(this.#shown, error, call);
    return engineFailure(this.#shown, error);
  }
}

/** undici's way to open a connection, by a transport. It waits for exactly one word: that it stands, or why it never will. */
function connectorOf(transport: EngineTransport, address: EngineAddress): buildConnector.connector {
  return (_options, callback) => {
    const onFailed = (error: Error) => {
      stream.off('close', onClosed);
      callback(error, null);
    };
    // Closed without an error: undici would wait for ever, and whoever asks after it.
    const onClosed = () => {
      stream.off('error', onFailed);
      callback(new Error('the connection was closed before it stood'), null);
    };
    const stream: EngineStream = transport.connect(address, () => {
      stream.off('error', onFailed).off('close', onClosed);
      // undici only asks of it what an EngineStream can do.
      callback(null, stream as Socket);
    });
    stream.once('error', onFailed).once('close', onClosed);
  };
}

/** undici ends an aborted request only once its connection stands or fails, which takes seconds when the engine is cut off. */
async function whileNotAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function dispatchOptions(call: EngineCall): Dispatcher.DispatchOptions {
  return {
    method: call.method as Dispatcher.HttpMethod,
    path: call.apiVersion === undefined || call.apiVersion === '' ? call.path : `/v${call.apiVersion}${call.path}`,
    headers: call.headers ?? null,
    body: call.body ?? null,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
}

function head({ statusCode, headers }: Dispatcher.ResponseData): EngineHead {
  return { status: statusCode, headers: joinedHeaders(headers) };
}

function joinedHeaders(given: Dispatcher.ResponseData['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
