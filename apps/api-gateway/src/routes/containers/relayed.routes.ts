import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { type ContainerLocator, locateReachable } from '../../relay/container-locator.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { relayRequest } from '../../relay/relay-request.ts';

type RelayedRow = {
  readonly method: Route['method'];
  readonly action: string;
  /** See `RelayOptions`. */
  readonly headTimeoutMs?: number | null;
};

/** Reads of a whole file system begin late on a slow disk. */
const fileSystemTimeoutMs = 60_000;

const rows: readonly RelayedRow[] = [
  { method: 'GET', action: 'top' },
  { method: 'GET', action: 'stats' },
  { method: 'POST', action: 'resize' },
  { method: 'GET', action: 'logs', headTimeoutMs: fileSystemTimeoutMs },
  { method: 'GET', action: 'changes', headTimeoutMs: fileSystemTimeoutMs },
  { method: 'GET', action: 'export', headTimeoutMs: null },
  { method: 'HEAD', action: 'archive', headTimeoutMs: fileSystemTimeoutMs },
  { method: 'GET', action: 'archive', headTimeoutMs: null },
  { method: 'PUT', action: 'archive', headTimeoutMs: null },
  // Below API 1.30 engines send the head when the container ends.
  { method: 'POST', action: 'wait', headTimeoutMs: null },
];

/** Requests about one container that its engine answers alone (docker-api.md 2, CTR). */
export function relayedRoutes(locator: ContainerLocator, caller: EngineCaller): Route[] {
  return rows.map(({ method, action, headTimeoutMs }) => ({
    method,
    path: `/containers/{name}/${action}`,
    semantics: 'container',
    handle: async (exchange: Exchange) => {
      const { id, engine } = await locateReachable(locator, exchange.param('name'));
      const path = `/containers/${id}/${action}`;
      await relayRequest(caller, exchange, { engine, path, ...(headTimeoutMs !== undefined && { headTimeoutMs }) });
    },
  }));
}
