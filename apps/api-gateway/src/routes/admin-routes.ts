import { metricsContentType, metricsText, processMetrics } from '#service-shell';
import type { DashboardFeed } from '../dashboard/dashboard-feed.ts';
import type { Fleet } from '../fleet.ts';
import type { Route } from '../http/router.ts';
import type { TokenService } from '../tokens/token-service.ts';
import { clusterRoutes } from './clusters/clusters.routes.ts';
import { explainRoute } from './containers/container-create.routes.ts';
import { dashboardRoutes } from './dashboard/dashboard.routes.ts';
import { decisionRoute } from './decisions/decisions.routes.ts';
import { fleetMetrics } from './metrics/fleet-metrics.ts';
import { fleetNodesRoute } from './nodes/fleet-nodes.routes.ts';
import { readyRoute, statusRoute } from './status/status.routes.ts';

/** What operators ask, on a listener of their own: whoever may read why need not be root on every engine. */
export function adminRoutes(fleet: Fleet, tokens: TokenService, feed: DashboardFeed): Route[] {
  return [
    healthRoute(fleet),
    readyRoute(fleet),
    statusRoute(fleet),
    metricsRoute(fleet),
    fleetNodesRoute(fleet),
    decisionRoute(fleet),
    explainRoute(fleet),
    ...clusterRoutes(tokens),
    ...dashboardRoutes(fleet, feed),
  ];
}

/** GET /healthz: 200 while this gateway reads the log, else 503 with the reason. */
function healthRoute({ bus }: Fleet): Route {
  return {
    method: 'GET',
    path: '/healthz',
    semantics: 'local',
    handle: async (exchange) => {
      exchange.respond(
        bus.connected ? 200 : 503,
        bus.connected ? { status: 'ok' } : { status: 'failing', reason: 'NATS does not answer' },
      );
    },
  };
}

/** GET /metrics: the fleet as this gateway sees it, for Prometheus. */
function metricsRoute({ follower, clock, forwards, meter, scheduler }: Fleet): Route {
  return {
    method: 'GET',
    path: '/metrics',
    semantics: 'local',
    handle: async (exchange) => {
      const fleet = fleetMetrics(follower.view, clock.nowMs());
      const own = [...meter.families(), ...scheduler.placements.families(), ...forwards.families(), ...processMetrics()];
      const text = metricsText([...fleet, ...own]);
      exchange.respond(200, Buffer.from(text), { 'Content-Type': metricsContentType });
    },
  };
}
