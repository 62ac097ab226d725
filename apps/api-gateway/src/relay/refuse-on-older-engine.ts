import { BaleenError } from '#contracts';
import { compareApiVersions, dependsOnBody, type FieldUse, fieldsUsed } from '#docker-api';
import type { Exchange } from '../http/exchange.ts';
import type { EngineTarget } from './container-locator.ts';

type Asking = Pick<Exchange, 'operation' | 'query' | 'apiVersion'>;
type Engine = Pick<EngineTarget, 'key' | 'node' | 'apiVersion'>;

/**
 * Throws engine/too-old when the request sets a field that came with a later API version than the engine's: the engine would take the
 * request and drop the field without a word (docs/adr/0016). `body`: what was read of it, as JSON or parsed.
 */
export function refuseOnOlderEngine(exchange: Asking, engine: Engine, body?: unknown): void {
  const field = fieldTooNew(exchange, engine, body);
  if (field === undefined) return;
  throw new BaleenError(
    'engine/too-old',
    `"${field.field}" requires API version ${field.since}, but node ${engine.node} speaks ${engine.apiVersion}: leave it out, or upgrade that engine`,
    { details: { engine: engine.key } },
  );
}

/** The newest field of the request that the engine would drop; `undefined` when it knows all of them. */
export function fieldTooNew(exchange: Asking, engine: Engine, body?: unknown): FieldUse | undefined {
  if (!isNewerThan(exchange, engine)) return undefined;
  const { operation, query, apiVersion } = exchange;
  const parsed = Buffer.isBuffer(body) ? parseJson(body) : body;
  const [field] = fieldsUsed({ operation, query, body: parsed, apiVersion });
  return field === undefined || compareApiVersions(field.since, engine.apiVersion) <= 0 ? undefined : field;
}

/** Must the body of a relayed request be read, so that `refuseOnOlderEngine` can judge it? */
export function isJudgedByBody(exchange: Asking, engine: Engine): boolean {
  return isNewerThan(exchange, engine) && dependsOnBody(exchange.operation, engine.apiVersion);
}

/** False for an engine whose version is not known: nothing can be said of it. */
function isNewerThan({ apiVersion }: Asking, engine: Engine): boolean {
  return engine.apiVersion !== '' && compareApiVersions(apiVersion, engine.apiVersion) > 0;
}

/** What is no JSON has no fields; the engine says so itself. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
