import type { Socket } from 'node:net';
import { breakOff, type EngineStream, type Pouring, pour } from '#docker-api';
import type { Clock } from '#service-shell';
import type { Exchange } from '../http/exchange.ts';
import { closeLingering } from '../http/takeover.ts';
import type { EngineTarget } from './container-locator.ts';
import type { EngineCaller } from './engine-caller.ts';
import { bulkHead, enginePath, sessionAnswerHead } from './head-rewrite.ts';
import { refuseOnOlderEngine } from './refuse-on-older-engine.ts';
import { relayRequest } from './relay-request.ts';
import { relayed, statusAttribute } from './relayed.ts';

export type BulkOptions = {
  readonly engine: EngineTarget;
  readonly path: string;
  /** Until the engine's head; default `null`: as long as the engine wants. */
  readonly headTimeoutMs?: number | null;
  /** Aborts when the engine is known not to go on: the answer has broken off. Heard only where there is `exchange.input`. */
  readonly lost?: AbortSignal;
};

/**
 * As `relayRequest`, for large bodies on routes with `raw`: once the heads are rewritten the two connections are joined, with the
 * bodies' framing as the sender made it, and both are closed at the end. Costs about a third of the CPU of parsing both bodies.
 */
export async function relayBulk(caller: EngineCaller, exchange: Exchange, options: BulkOptions): Promise<void> {
  const { engine, path, headTimeoutMs = null, lost } = options;
  const { input, method } = exchange;
  if (input === undefined) return relayRequest(caller, exchange, { engine, path, headTimeoutMs });
  exchange.note({ engine: engine.key });
  refuseOnOlderEngine(exchange, engine);
  const target = enginePath(engine, exchange.apiVersion, path, exchange.rawQuery);
  await relayed(exchange, engine, async (span) => {
    const { head, stream, sending } = await caller.callRaw({
      engine,
      head: bulkHead(method, target, exchange.rawHeaders),
      body: input,
      headTimeoutMs: headTimeoutMs ?? undefined,
      signal: exchange.signal,
    });
    span?.set(statusAttribute, head.status);
    lost?.addEventListener('abort', () => breakOff(stream), { once: true });
    const client = exchange.takeSocket();
    const version = exchange.commonHeaders['Api-Version'] ?? exchange.apiVersion;
    const fields = [...exchange.answerFields, ...closing(head.rawHeaders)];
    client.write(sessionAnswerHead(head.status, head.reason, fields, version), 'latin1');
    await joinExchange(client, stream, sending, caller.clock);
  });
}

/**
 * Carries the answer's body to the client, which already flows into the engine. The end of the answer ends the exchange; the end of
 * what the client sends is passed on, as a daemon takes it for the client's leaving. Resolves when both connections are done with.
 */
function joinExchange(client: Socket, engine: EngineStream, sending: Pouring, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    let isAnswered = false;
    engine.once('end', () => {
      isAnswered = true;
      sending.stop();
      engine.destroy();
      closeLingering(client, clock);
    });
    engine.once('close', () => {
      // A break stays a break: a mere end would pass for a complete answer where the length is not known.
      if (!isAnswered) breakOff(client);
    });
    client.once('close', () => {
      if (!isAnswered) breakOff(engine);
      resolve();
    });
    if (client.closed || engine.closed) {
      breakOff(client);
      breakOff(engine);
      resolve();
    } else pour(engine, client, { end: false });
  });
}

/** The connection serves no other request, whatever the engine says of its own. */
function closing(rawHeaders: readonly string[]): string[] {
  const kept = rawHeaders.filter((_, i) => !/^(connection|keep-alive)$/i.test(rawHeaders[i - (i % 2)] ?? ''));
  return [...kept, 'Connection', 'close'];
}
