import { pipeline } from 'node:stream/promises';
import type { Fleet } from '../../fleet.ts';
import { daemonStandingOf, whileStanding } from '../../fleet-view/engine-standing.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Exchange } from '../../http/exchange.ts';

/** Saving and pushing begin when layers have been read. */
export const transferHeadMs = 120_000;

/** Passes an engine's answer on as it comes. The connection is cut when the client leaves or the engine falls silent midway. */
export async function transfer(
  fleet: Fleet,
  exchange: Exchange,
  engine: FleetEngine,
  method: 'GET' | 'POST',
  path: string,
): Promise<void> {
  const registryAuth = exchange.header('x-registry-auth');
  const headers = {
    ...(method === 'POST' && { 'content-length': '0' }),
    ...(registryAuth !== undefined && { 'x-registry-auth': registryAuth }),
  };
  const { apiVersion } = exchange;
  const standing = () => daemonStandingOf(fleet.follower.view, engine.key);
  await whileStanding(standing, fleet.clock, async (lost) => {
    const signal = AbortSignal.any([exchange.signal, lost]);
    const call = { method, path, apiVersion, headers, timeoutMs: transferHeadMs, signal };
    const { status, headers: answered, body } = await fleet.daemons.stream(engine, call);
    const type = answered['content-type'];
    await pipeline(body, exchange.stream(status, type === undefined ? {} : { 'Content-Type': type }), { signal });
  });
}
