import type { ClientRequest, IncomingMessage } from 'node:http';
import { BaleenError } from '#contracts';
import type { Exchange } from '../http/exchange.ts';
import { readWhole } from '../http/request-body.ts';
import type { EngineTarget } from './container-locator.ts';
import { type EngineCaller, headTimeoutMs } from './engine-caller.ts';
import { answerHead, enginePath, requestHead, withoutFraming } from './head-rewrite.ts';
import { isJudgedByBody, refuseOnOlderEngine } from './refuse-on-older-engine.ts';
import { relayed, statusAttribute } from './relayed.ts';

export type RelayOptions = {
  readonly engine: EngineTarget;
  /** The path on the engine, without version and query, ids already the engine's own. */
  readonly path: string;
  /** Instead of the client's query. */
  readonly rawQuery?: string;
  /** Instead of the client's body. */
  readonly body?: Buffer;
  /** Done twice it does no harm: as `EngineCall` says. Needs `body`. Default: a GET or HEAD without a body. */
  readonly isRepeatable?: boolean;
  /** Until the engine's head; default 8 s, `null`: as long as the engine wants. */
  readonly headTimeoutMs?: number | null;
  /** Hears of the head before it goes out. */
  readonly onHead?: (status: number, headers: IncomingMessage['headers']) => void;
  /** Rewrites the body of a 2xx answer that is not compressed; of a longer one than `maxBytes` the answer is refused. */
  readonly edit?: { readonly maxBytes: number; readonly rewrite: (body: Buffer) => Buffer };
  readonly ending?: AnswerEnding;
};

/** What belongs to the end of a streamed answer. */
export type AnswerEnding = {
  /** Runs when the engine's answer is complete; until it resolves the client does not see the end. */
  readonly beforeEnd: () => Promise<void>;
  /** What a client reads at the end of an answer that broke off; without it the answer is cut short. */
  readonly whenBroken: () => Buffer;
  /** Aborts when the engine is known not to go on: the answer has broken off. */
  readonly lost: AbortSignal;
};

/**
 * Answers a client with what one engine answers: bytes both ways as they come, nothing decompressed, back-pressure kept, the head sent
 * at once. The end of either side ends the other. Resolves when the answer is complete or its client gone; throws what
 * `EngineCaller.call` throws, before anything was sent.
 */
export async function relayRequest(caller: EngineCaller, exchange: Exchange, options: RelayOptions): Promise<void> {
  const { engine } = options;
  exchange.note({ engine: engine.key });
  const { method } = exchange;
  const body = options.body ?? exchange.prefetched ?? (isJudgedByBody(exchange, engine) ? await exchange.readBody() : undefined);
  refuseOnOlderEngine(exchange, engine, body);
  const head = requestHead(method, exchange.rawHeaders);
  // No read of Docker's has a body: one that comes all the same is not passed on, over a connection that others use too.
  const isRead = body === undefined && (method === 'GET' || method === 'HEAD');
  await relayed(exchange, engine, async (span) => {
    const { response } = await caller.call({
      engine,
      method,
      path: enginePath(engine, exchange.apiVersion, options.path, options.rawQuery ?? exchange.rawQuery),
      head: headFor(head, body, isRead),
      headTimeoutMs: options.headTimeoutMs === null ? undefined : (options.headTimeoutMs ?? headTimeoutMs),
      signal: exchange.signal,
      send: body === undefined && !isRead ? (request) => sendBody(exchange, request) : (request) => request.end(body),
      isRepeatable: options.isRepeatable ?? isRead,
    });
    span?.set(statusAttribute, response.statusCode ?? 0);
    options.onHead?.(response.statusCode ?? 0, response.headers);
    await relayAnswer(exchange, response, options);
  });
}

/** Sends an engine's answer to the client. */
export async function relayAnswer(
  exchange: Exchange,
  answer: IncomingMessage,
  { edit, ending }: Pick<RelayOptions, 'edit' | 'ending'> = {},
): Promise<void> {
  const status = answer.statusCode ?? 502;
  const head = answerHead(answer.rawHeaders, exchange.commonHeaders['Api-Version'] ?? exchange.apiVersion);
  if (edit !== undefined && status >= 200 && status < 300 && answer.headers['content-encoding'] === undefined) {
    const body = edit.rewrite(await readAnswer(answer, edit.maxBytes));
    exchange.response.writeHead(status, answer.statusMessage, withLength(head, body.length));
    exchange.response.end(body);
    return;
  }
  exchange.response.writeHead(status, answer.statusMessage, head);
  // With a length the body follows at once, in the same packet as the head.
  if (answer.headers['content-length'] === undefined) exchange.response.flushHeaders();
  // An answer of known length is no stream: its client knows its end by itself.
  await pump(answer, exchange, answer.headers['content-length'] === undefined ? ending : undefined);
}

/** The engine's body to the client; resolves when either has ended. An answer cut short is cut short for the client too. */
function pump(answer: IncomingMessage, { response }: Exchange, ending?: AnswerEnding): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', () => {
      answer.destroy();
      resolve();
    });
    // 'error' of a broken answer is followed by 'close', which decides.
    answer.on('error', () => answer.destroy());
    answer.once('close', () => {
      if (answer.complete || response.destroyed) return;
      if (ending === undefined) response.destroy();
      else response.end(ending.whenBroken());
    });
    if (response.destroyed) {
      answer.destroy();
      resolve();
      return;
    }
    if (ending !== undefined) delayEnd(answer, response, ending);
    answer.pipe(response, { end: ending === undefined });
  });
}

function delayEnd(answer: IncomingMessage, response: Exchange['response'], { beforeEnd, lost }: AnswerEnding): void {
  answer.once('end', () => {
    beforeEnd().then(
      () => response.end(),
      (defect: Error) => response.destroy(defect),
    );
  });
  lost.addEventListener('abort', () => answer.destroy(), { once: true });
}

function sendBody({ body }: Exchange, request: ClientRequest): void {
  body.once('error', () => request.destroy());
  // An engine that answers early stops reading; a client that first sends everything must not wait for it for ever.
  request.once('close', () => {
    body.unpipe(request);
    body.resume();
  });
  body.pipe(request);
}

async function readAnswer(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  try {
    return await readWhole(answer, maxBytes);
  } catch (cause) {
    answer.destroy();
    throw new BaleenError('engine/bad-answer', 'the answer of the engine broke off or is too long to rewrite', { cause });
  }
}

function headFor(head: string[], body: Buffer | undefined, isRead: boolean): string[] {
  if (isRead) return withoutFraming(head);
  return body === undefined ? head : withLength(head, body.length);
}

function withLength(head: readonly string[], length: number): string[] {
  return [...withoutFraming(head), 'Content-Length', String(length)];
}
