import { metricsContentType, metricsText, processMetrics } from '#service-shell';
import { needs, open } from '../access/access-rule.ts';
import type { DashboardFeed } from '../dashboard/dashboard-feed.ts';
import type { Fleet } from '../fleet.ts';
import type { Route } from '../http/router.ts';
import type { TokenService } from '../tokens/token-service.ts';
import { clusterRoutes } from './clusters/clusters.routes.ts';
import { explainRoute } from './containers/container-create.routes.ts';
import { dashboardRoutes } from './dashboard/dashboard.routes.ts';
import { decisionRoute } from './decisions/decisions.routes.ts';
import type { EventHub } from './events/event-hub.ts';
import { fleetMetrics } from './metrics/fleet-metrics.ts';
import { linkMetrics } from './metrics/link-metrics.ts';
import { fleetNodesRoute } from './nodes/fleet-nodes.routes.ts';
import { readyRoute, statusRoute } from './status/status.routes.ts';

export type AdminRouteDeps = {
  readonly fleet: Fleet;
  readonly tokens: TokenService;
  readonly events: EventHub;
  readonly feed: DashboardFeed;
};

/** What operators ask, on a listener of their own: whoever may read why need not be root on every engine. */
export function adminRoutes({ fleet, tokens, events, feed }: AdminRouteDeps): Route[] {
  return [
    healthRoute(fleet),
    readyRoute(fleet),
    statusRoute(fleet),
    metricsRoute(fleet, events),
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
    access: open,
    handle: async (exchange) => {
      exchange.respond(
        bus.connected ? 200 : 503,
        bus.connected ? { status: 'ok' } : { status: 'failing', reason: 'NATS does not answer' },
      );
    },
  };
}

/** GET /metrics: the fleet as this gateway sees it, for Prometheus. */
function metricsRoute(fleet: Fleet, events: EventHub): Route {
  const { follower, clock, forwards, meter, scheduler } = fleet;
  return {
    method: 'GET',
    path: '/metrics',
    semantics: 'local',
    access: needs('fleet', { tenants: 'refused' }),
    handle: async (exchange) => {
      // Measures the lag; where the log does not answer, the rest is told after 2 s.
      await follower.barrier();
      const shown = [...fleetMetrics(follower.view, clock.nowMs()), ...linkMetrics(fleet), events.lagFamily()];
      const own = [...meter.families(), ...scheduler.placements.families(), ...forwards.families(), ...processMetrics()];
      const text = metricsText([...shown, ...own]);
      exchange.respond(200, Buffer.from(text), { 'Content-Type': metricsContentType });
    },
  };
}
