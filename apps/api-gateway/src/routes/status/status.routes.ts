import { needs, open } from '../../access/access-rule.ts';
import type { Fleet } from '../../fleet.ts';
import type { Route } from '../../http/router.ts';
import { fleetStatus } from './fleet-status.ts';

/** GET /baleen/status: the fleet's own parts (FleetStatus), for `baleen status` and `baleen doctor`. Answers before the fleet is ready, too. */
export function statusRoute(fleet: Fleet): Route {
  return {
    method: 'GET',
    path: '/baleen/status',
    semantics: 'local',
    access: needs('fleet', { tenants: 'refused' }),
    handle: async (exchange) => exchange.respond(200, await fleetStatus(fleet)),
  };
}

/** GET /readyz: 200 once this gateway knows its fleet and NATS answers, else 503 with the reason. */
export function readyRoute({ bus, follower }: Pick<Fleet, 'bus' | 'follower'>): Route {
  return {
    method: 'GET',
    path: '/readyz',
    semantics: 'local',
    access: open,
    handle: async (exchange) => {
      const reason = unreadiness(bus.connected, follower.isReady);
      if (reason === undefined) exchange.respond(200, { status: 'ready' });
      else exchange.respond(503, { status: 'not ready', reason });
    },
  };
}

function unreadiness(isConnected: boolean, isReady: boolean): string | undefined {
  if (!isConnected) return 'NATS does not answer';
  return isReady ? undefined : 'not every engine has reported or failed yet since this gateway started';
}
