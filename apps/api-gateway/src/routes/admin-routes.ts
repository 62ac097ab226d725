import type { Fleet } from '../fleet.ts';
import type { Route } from '../http/router.ts';
import { explainRoute } from './containers/container-create.routes.ts';
import { decisionRoute } from './decisions/decisions.routes.ts';

/** What operators ask, on a listener of their own: whoever may read why need not be root on every engine. */
export function adminRoutes(fleet: Fleet): Route[] {
  return [healthRoute(fleet), decisionRoute(fleet), explainRoute(fleet)];
}

/** GET /healthz: 200 while this gateway reads the log, else 503 with the reason. */
function healthRoute({ bus }: Fleet): Route {
  return {
    method: 'GET',
    path: '/healthz',
    handle: async (exchange) => {
      exchange.respond(
        bus.connected ? 200 : 503,
        bus.connected ? { status: 'ok' } : { status: 'failing', reason: 'NATS does not answer' },
      );
    },
  };
}
