import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { Readable } from 'node:stream';
import { BaleenError } from '#contracts';
import {
  type EngineStream,
  type EngineTransport,
  type Pouring,
  parseEngineAddress,
  pour,
  TransportAgent,
  whyUnreachable,
} from '#docker-api';
import type { Clock } from '#service-shell';
import { type EngineStanding, unknownStanding, whileStanding } from '../fleet-view/engine-standing.ts';
import { type AnswerHead, readAnswerHead } from './answer-head.ts';
import type { EngineTarget } from './container-locator.ts';

/** How long an engine may take to begin its answer, counted from the end of the request; calls known to be slow have none. */
export const headTimeoutMs = 8_000;

export type EngineCall = {
  readonly engine: EngineTarget;
  readonly method: string;
  /** Version and query included. */
  readonly path: string;
  /** Names and values alternating, framing included; sent as they are. */
  readonly head: readonly string[];
  /** `undefined`: as long as the engine wants. */
  readonly headTimeoutMs: number | undefined;
  readonly signal: AbortSignal;
  /** Writes and ends the body. */
  readonly send: (request: ClientRequest) => void;
  /** Done twice it does no harm, and `send` can: may use a kept connection, and again when the engine has just closed that. */
  readonly isRepeatable: boolean;
};

/** A request of which only the heads are read. */
export type RawCall = Pick<EngineCall, 'engine' | 'headTimeoutMs' | 'signal'> & {
  /** Request line and all, ending with the empty line. */
  readonly head: string;
  /** The body with its framing; poured into the engine's connection, on after the head has come. */
  readonly body: Readable;
};

/** The stream is paused at the first byte of the body. */
export type RawAnswer = { readonly head: AnswerHead; readonly stream: EngineStream; readonly sending: Pouring };

/** What came back: an answer, or the connection after `101`. */
export type EngineAnswer =
  | { readonly kind: 'answer'; readonly response: IncomingMessage; readonly socket: EngineStream }
  | { readonly kind: 'switched'; readonly response: IncomingMessage; readonly socket: EngineStream; readonly head: Buffer };

/** Calls engines over HTTP/1.1 and hands back their heads; bodies stay streams. */
export class EngineCaller {
  readonly #agent: TransportAgent;
  readonly #transport: EngineTransport;
  readonly clock: Clock;
  readonly #standing: (engine: string) => EngineStanding;

  /** Without `standing` an engine that falls silent is waited for as long as the call allows. */
  constructor(transport: EngineTransport, clock: Clock, standing: (engine: string) => EngineStanding = unknownStanding) {
    this.#transport = transport;
    this.clock = clock;
    this.#standing = standing;
    const addressOf = (options: object) => {
      const { address } = (options as EngineOptions).engine;
      return { name: address, address: parseEngineAddress(address) };
    };
    this.#agent = new TransportAgent(transport, addressOf, {
      keepAlive: true,
      maxFreeSockets: keptConnectionsMax,
      timeout: keptConnectionMs,
    });
  }

  /** Throws engine/unreachable, engine/timeout, engine/bad-answer, or the signal's reason. */
  call(call: EngineCall): Promise<EngineAnswer> {
    const standing = () => this.#standing(call.engine.key);
    return whileStanding(standing, this.clock, (signal) => this.#call({ ...call, signal }), call.signal);
  }

  /** The same over a connection of its own, with the bodies left as they are. */
  callRaw(call: RawCall): Promise<RawAnswer> {
    const standing = () => this.#standing(call.engine.key);
    return whileStanding(standing, this.clock, (lost) =>
      this.#callRaw({ ...call, signal: AbortSignal.any([call.signal, lost]) }),
    );
  }

  /** Closes the kept connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #call(call: EngineCall): Promise<EngineAnswer> {
    const attempt = await this.#attempt(call);
    if (attempt.kind !== 'stale') return attempt;
    const second = await this.#attempt({ ...call, isRepeatable: false });
    if (second.kind === 'stale') throw new Error('a fresh connection is never stale');
    return second;
  }

  #attempt(call: EngineCall): Promise<EngineAnswer | { readonly kind: 'stale' }> {
    const { engine, signal } = call;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const request = this.#open(call);
      let cancelTimeout = () => {};
      let isSettled = false;
      const settle = (outcome: () => void) => {
        isSettled = true;
        cancelTimeout();
        signal.removeEventListener('abort', onAbort);
        outcome();
      };
      const onAbort = () => {
        settle(() => reject(signal.reason));
        request.destroy();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      request.once('finish', () => {
        const limitMs = call.headTimeoutMs;
        if (limitMs === undefined || isSettled) return;
        cancelTimeout = this.clock.after(limitMs, () => request.destroy(timedOut(engine, limitMs)));
      });
      request.once('response', (response) => settle(() => resolve({ kind: 'answer', response, socket: response.socket })));
      request.once('upgrade', (response, socket, head) =>
        settle(() => resolve({ kind: 'switched', response, socket: socket as EngineStream, head })),
      );
      // Stays after the head: a body that the engine no longer reads fails here, while its answer is what counts.
      request.on('error', (error: NodeJS.ErrnoException) => {
        const isStale = call.isRepeatable && request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        settle(() => (isStale ? resolve({ kind: 'stale' }) : reject(asFailure(engine, error))));
      });
      call.send(request);
    });
  }

  async #callRaw({ engine, head, body, headTimeoutMs: limitMs, signal }: RawCall): Promise<RawAnswer> {
    signal.throwIfAborted();
    const stream = this.#transport.connect(parseEngineAddress(engine.address));
    // Stays: whoever reads the stream hears of its 'close'.
    stream.on('error', () => stream.destroy());
    const onAbort = () => stream.destroy(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const cancel =
      limitMs === undefined ? () => undefined : this.clock.after(limitMs, () => stream.destroy(timedOut(engine, limitMs)));
    stream.write(head, 'latin1');
    const sending = pour(body, stream);
    try {
      return { head: await readAnswerHead(stream, answerHeadMaxBytes), stream, sending };
    } catch (error) {
      sending.stop();
      stream.destroy();
      throw signal.aborted ? signal.reason : asFailure(engine, error as NodeJS.ErrnoException);
    } finally {
      cancel();
      signal.removeEventListener('abort', onAbort);
    }
  }

  #open({ engine, method, path, head, isRepeatable }: EngineCall): ClientRequest {
    const options: RequestOptions & EngineOptions = { method, path, headers: head, engine, maxHeaderSize: answerHeadMaxBytes };
    if (isRepeatable) options.agent = this.#agent;
    else options.createConnection = () => this.#transport.connect(parseEngineAddress(engine.address));
    return httpRequest(options);
  }
}

/** Engines answer with a few hundred bytes of head; path stat headers can be longer. */
const answerHeadMaxBytes = 256 * 1024;
/** Kept connections per engine: as many short reads as a gateway has in flight towards one engine on a busy day. */
const keptConnectionsMax = 16;
/** After this long without a read a connection is not worth its descriptor. */
const keptConnectionMs = 30_000;

type EngineOptions = { readonly engine: EngineTarget };

function timedOut(engine: EngineTarget, limitMs: number): BaleenError {
  const message = `node ${engine.node || engine.address} took the request and did not answer within ${limitMs} ms`;
  return new BaleenError('engine/timeout', message, { details: { engine: engine.key } });
}

function asFailure(engine: EngineTarget, error: NodeJS.ErrnoException): BaleenError {
  if (error instanceof BaleenError) return error;
  if (error.code?.startsWith('HPE_') !== true) return unreachable(engine, error);
  const message = `what answers at ${engine.address} (node ${engine.node}) does not speak the Docker API: ${error.message}`;
  return new BaleenError('engine/bad-answer', message, { details: { engine: engine.key }, cause: error });
}

function unreachable({ key, node, address }: EngineTarget, cause: Error): BaleenError {
  const { kind, reason } = whyUnreachable(cause);
  return new BaleenError('engine/unreachable', `cannot reach node ${node || address}: ${reason}`, {
    details: { engine: key, kind },
    cause,
  });
}
