import { pipeline } from 'node:stream/promises';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Exchange } from '../../http/exchange.ts';

/** Saving and pushing begin when layers have been read. */
const transferHeadMs = 120_000;

/** Passes an engine's answer on as it comes. */
export async function transfer(
  fleet: Fleet,
  exchange: Exchange,
  engine: FleetEngine,
  method: 'GET' | 'POST',
  path: string,
): Promise<void> {
  const registryAuth = exchange.header('x-registry-auth');
  const answer = await fleet.daemons.stream(engine, {
    method,
    path,
    apiVersion: exchange.apiVersion,
    headers: {
      ...(method === 'POST' && { 'content-length': '0' }),
      ...(registryAuth !== undefined && { 'x-registry-auth': registryAuth }),
    },
    timeoutMs: transferHeadMs,
    signal: exchange.signal,
  });
  const type = answer.headers['content-type'];
  await pipeline(answer.body, exchange.stream(answer.status, type === undefined ? {} : { 'Content-Type': type }));
}
