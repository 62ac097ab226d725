import { pipeline } from 'node:stream/promises';
import type { Fleet } from '../../fleet.ts';
import { daemonStandingOf, whileStanding } from '../../fleet-view/engine-standing.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Exchange } from '../../http/exchange.ts';
import { passedHeader } from '../passed-header.ts';

/** Saving and pushing begin when layers have been read. */
export const transferHeadMs = 120_000;

/** What a save or a push is asked with. `body`: a client's own, which may be credentials, with the type that it gave it. */
type Transfer =
  | { readonly method: 'GET'; readonly path: string }
  | { readonly method: 'POST'; readonly path: string; readonly body: Buffer };

/** Passes an engine's answer on as it comes. The connection is cut when the client leaves or the engine falls silent midway. */
export async function transfer(fleet: Fleet, exchange: Exchange, engine: FleetEngine, asked: Transfer): Promise<void> {
  const headers = {
    ...(asked.method === 'POST' && { 'content-length': String(asked.body.length), ...passedHeader(exchange, 'content-type') }),
    ...passedHeader(exchange, 'x-registry-auth'),
  };
  const { apiVersion } = exchange;
  const standing = () => daemonStandingOf(fleet.follower.view, engine.key);
  await whileStanding(standing, fleet.clock, async (lost) => {
    const signal = AbortSignal.any([exchange.signal, lost]);
    const call = { ...asked, apiVersion, headers, timeoutMs: transferHeadMs, signal };
    const { status, headers: answered, body } = await fleet.daemons.stream(engine, call);
    const type = answered['content-type'];
    await pipeline(body, exchange.stream(status, type === undefined ? {} : { 'Content-Type': type }), { signal });
  });
}
