import { needs } from '../../access/access-rule.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { type ContainerLocator, locateReachable } from '../../relay/container-locator.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { relayRequest } from '../../relay/relay-request.ts';

/** A checkpoint writes the memory of all processes to disk. */
const checkpointMs = 120_000;

/** `/containers/{id}/checkpoints`: the container's engine answers, which refuses unless it runs in experimental mode. */
export function checkpointRoutes(locator: ContainerLocator, caller: EngineCaller): Route[] {
  const relay = async (exchange: Exchange) => {
    const { id, engine } = await locateReachable(locator, exchange.param('id'));
    const { checkpoint } = exchange.params;
    const path = `/containers/${id}/checkpoints${checkpoint === undefined ? '' : `/${encodeURIComponent(checkpoint)}`}`;
    await relayRequest(caller, exchange, { engine, path, headTimeoutMs: checkpointMs });
  };
  const row = (method: Route['method'], path: string): Route => ({
    method,
    path,
    semantics: 'container',
    access: needs(method === 'GET' ? 'inspect' : 'write', { tenants: 'refused', judge: 'plain-json' }),
    note: 'engines in experimental mode',
    handle: relay,
  });
  return [
    row('GET', '/containers/{id}/checkpoints'),
    row('POST', '/containers/{id}/checkpoints'),
    row('DELETE', '/containers/{id}/checkpoints/{checkpoint}'),
  ];
}
