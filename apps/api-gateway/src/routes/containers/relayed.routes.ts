import type { Privilege } from '#access';
import { BaleenError } from '#contracts';
import { needs } from '../../access/access-rule.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { type ContainerLocator, locateReachable } from '../../relay/container-locator.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { relayBulk } from '../../relay/relay-bulk.ts';
import { relayRequest } from '../../relay/relay-request.ts';

type RelayedRow = {
  readonly method: Route['method'];
  readonly action: string;
  readonly privilege: Privilege;
  /** See `RelayOptions`. */
  readonly headTimeoutMs?: number | null;
  /** See `Route`: its bodies can be large. */
  readonly raw?: true;
  readonly note?: string;
};

/** Reads of a whole file system begin late on a slow disk. */
const fileSystemTimeoutMs = 60_000;

const rows: readonly RelayedRow[] = [
  { method: 'GET', action: 'top', privilege: 'read', note: 'ps_args that may show environments need inspect' },
  { method: 'GET', action: 'stats', privilege: 'read', note: 'one-shot, once or as a stream' },
  { method: 'POST', action: 'resize', privilege: 'exec' },
  { method: 'GET', action: 'logs', privilege: 'logs', headTimeoutMs: fileSystemTimeoutMs, raw: true },
  { method: 'GET', action: 'changes', privilege: 'inspect', headTimeoutMs: fileSystemTimeoutMs },
  { method: 'GET', action: 'export', privilege: 'copy', headTimeoutMs: null, raw: true },
  { method: 'HEAD', action: 'archive', privilege: 'copy', headTimeoutMs: fileSystemTimeoutMs },
  { method: 'GET', action: 'archive', privilege: 'copy', headTimeoutMs: null, raw: true },
  { method: 'PUT', action: 'archive', privilege: 'copy', headTimeoutMs: null, raw: true },
  // Below API 1.30 engines send the head when the container ends.
  { method: 'POST', action: 'wait', privilege: 'read', headTimeoutMs: null },
];

/** Requests about one container that its engine answers alone (docker-api.md 2, CTR). */
export function relayedRoutes(locator: ContainerLocator, caller: EngineCaller): Route[] {
  return rows.map(({ method, action, privilege, headTimeoutMs, raw, note }) => ({
    method,
    path: `/containers/{name}/${action}`,
    semantics: 'container',
    access: needs(privilege),
    ...(note !== undefined && { note }),
    ...(raw && { raw }),
    handle: async (exchange: Exchange) => {
      if (action === 'top') refuseEnvironments(exchange);
      const { id, engine } = await locateReachable(locator, exchange.param('name'));
      const path = `/containers/${id}/${action}`;
      const relay = raw ? relayBulk : relayRequest;
      await relay(caller, exchange, { engine, path, ...(headTimeoutMs !== undefined && { headTimeoutMs }) });
    },
  }));
}

/**
 * Arguments of `ps`, which the engine's machine runs as root, that show no environments: of the others `e`, `environ` and what a `ps` that does not understand them
 * takes them for do.
 */
const plainPsArgs = /^(?:-e[fFlL]*|-?[auxwfjl]*)$/;

/** Throws access/refused where who asks must not see what a container was made with. */
function refuseEnvironments({ query, mayInspect }: Exchange): void {
  if (mayInspect || query.getAll('ps_args').every((args) => plainPsArgs.test(args))) return;
  throw new BaleenError(
    'access/refused',
    'the policy refuses this: ps_args that may show environments, without the privilege inspect: leave them out, or use aux or -ef',
  );
}
