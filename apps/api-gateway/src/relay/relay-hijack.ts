import type { Socket } from 'node:net';
import { type EngineStream, joinSockets } from '#docker-api';
import type { Exchange } from '../http/exchange.ts';
import type { EngineTarget } from './container-locator.ts';
import type { EngineAnswer, EngineCaller } from './engine-caller.ts';
import { enginePath, sessionAnswerHead, sessionHead } from './head-rewrite.ts';
import { refuseOnOlderEngine } from './refuse-on-older-engine.ts';
import { relayAnswer } from './relay-request.ts';
import { relayed, statusAttribute } from './relayed.ts';

/** Engines send the head of a session before they do its work; a daemon that starts many containers at once may still take seconds. */
const sessionHeadTimeoutMs = 30_000;

export type HijackOptions = {
  readonly engine: EngineTarget;
  readonly path: string;
  /** Sent in one write with the head: in a later segment some engines take it for standard input (docker-api.md 1.2). Default: none. */
  readonly body?: Buffer;
  /** Joins the connections once the engine has switched protocols; resolves when both are closed. Default: `joinSockets`. */
  readonly joinWith?: (client: Socket, engine: EngineStream) => Promise<void>;
};

/**
 * Joins the client's connection to the engine's: attach, exec start, WebSocket and h2c sessions, with `Upgrade` (101) or without (200
 * and raw bytes). Any other answer of the engine is relayed as it is. Only for routes with `hijack`.
 */
export async function relayHijack(
  caller: EngineCaller,
  exchange: Exchange,
  { engine, path, body, joinWith = joinSockets }: HijackOptions,
): Promise<void> {
  const { method } = exchange;
  exchange.note({ engine: engine.key });
  refuseOnOlderEngine(exchange, engine, body);
  await relayed(exchange, engine, async (span) => {
    const answer = await caller.call({
      engine,
      method,
      path: enginePath(engine, exchange.apiVersion, path, exchange.rawQuery),
      head: sessionHead(method, exchange.rawHeaders, body?.length ?? 0),
      headTimeoutMs: sessionHeadTimeoutMs,
      signal: exchange.signal,
      send: (request) => request.end(body),
      isRepeatable: false,
    });
    span?.set(statusAttribute, answer.response.statusCode ?? 0);
    if (answer.kind === 'answer' && !isRawStream(answer)) return await relayAnswer(exchange, answer.response);
    await join(exchange, answer, joinWith);
  });
}

async function join(exchange: Exchange, answer: EngineAnswer, joinWith: Required<HijackOptions>['joinWith']): Promise<void> {
  const { response, socket } = answer;
  const client: Socket = exchange.takeSocket();
  const version = exchange.commonHeaders['Api-Version'] ?? exchange.apiVersion;
  // In a write of its own: docker-py loses what arrives together with the head.
  const fields = [...exchange.answerFields, ...response.rawHeaders];
  client.write(sessionAnswerHead(response.statusCode ?? 200, response.statusMessage ?? '', fields, version));
  if (answer.kind === 'switched') {
    if (answer.head.length > 0) socket.unshift(answer.head);
    await joinWith(client, socket);
  } else {
    await joinSockets(client, socket, response);
  }
}

/** 200 without framing on these routes means that the engine has left HTTP (docker-api.md 1.2, upgrade-less hijack). */
function isRawStream({ response }: EngineAnswer): boolean {
  const { headers, statusCode } = response;
  return statusCode === 200 && headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
}
