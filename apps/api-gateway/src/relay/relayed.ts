import { parseEngineAddress, showEngineAddress } from '#docker-api';
import { type Span, traced } from '#service-shell';
import type { Exchange } from '../http/exchange.ts';
import type { EngineTarget } from './container-locator.ts';

/** Of a call to an engine, set once its head has come. */
export const statusAttribute = 'http.response.status_code';

/**
 * The exchange as it is relayed, from the dial to the end of what flows; in a trace one call to the engine, as `EngineClient` tells of its own. What fails
 * once the client has gone is no failure: nobody is left to answer.
 */
export async function relayed(exchange: Exchange, engine: EngineTarget, work: (span?: Span) => Promise<void>): Promise<void> {
  try {
    const address = showEngineAddress(parseEngineAddress(engine.address));
    const attributes = { 'http.request.method': exchange.method, 'server.address': address };
    await traced({ name: 'engine call', kind: 'client', attributes }, work);
  } catch (error) {
    if (!exchange.signal.aborted) throw error;
  }
}
