import { BaleenError } from '#contracts';
import type { DaemonAnswer, DaemonRequest } from '../daemons/daemons.ts';
import { currentView, type Fleet } from '../fleet.ts';
import type { FleetEngine } from '../fleet-view/fleet-engine.ts';
import type { Exchange } from '../http/exchange.ts';
import { querySuffix } from './engine-answer.ts';
import { passedHeader } from './passed-header.ts';

/** Answers of registries that engines pass on. */
const registryMs = 60_000;
/** Engines asked one after the other: three that fall silent at once are a broken network, and a client waits for each. */
const enginesMax = 3;

/** Answers with what any healthy engine says, since all would say the same: the next one is asked when one cannot be reached. */
export async function askAnyEngine(fleet: Fleet, exchange: Exchange): Promise<void> {
  const engines = (await currentView(fleet)).healthy().slice(0, enginesMax);
  const request = await requestOf(fleet, exchange);
  const { status, headers, body } = await firstAnswer(fleet, engines, request);
  const type = headers['content-type'];
  exchange.respond(status, body.length === 0 ? undefined : body, type === undefined ? {} : { 'Content-Type': type });
}

async function requestOf(fleet: Fleet, exchange: Exchange): Promise<DaemonRequest> {
  const body = exchange.method === 'POST' ? await exchange.readBody(fleet.config.bodyLimitBytes) : undefined;
  return {
    method: exchange.method === 'POST' ? 'POST' : 'GET',
    path: `${exchange.path}${querySuffix(exchange.rawQuery)}`,
    apiVersion: exchange.apiVersion,
    headers: {
      ...(body !== undefined && { 'content-type': exchange.header('content-type') ?? 'application/json' }),
      ...passedHeader(exchange, 'x-registry-auth'),
    },
    ...(body !== undefined && { body: body.toString('utf8') }),
    timeoutMs: registryMs,
    signal: exchange.signal,
  };
}

async function firstAnswer(fleet: Fleet, engines: readonly FleetEngine[], request: DaemonRequest): Promise<DaemonAnswer> {
  let failure = new BaleenError('placement/no-engine', 'no healthy engine in the fleet');
  for (const engine of engines) {
    try {
      return await fleet.daemons.call(engine, request);
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      failure = error;
    }
  }
  throw failure;
}
