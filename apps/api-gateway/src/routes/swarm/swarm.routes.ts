import { BaleenError } from '#contracts';
import { needs } from '../../access/access-rule.ts';
import { type Route, routeAt } from '../../http/router.ts';
import {
  payloadSchema,
  readsBody,
  readsFilters,
  readsQuery,
  readsVersion,
  type SwarmCheck,
  specSchema,
  unlockSchema,
} from './swarm-checks.ts';

/** What every engine outside a swarm answers, word for word; clients know it (docker-api.md 2, swarm mode). */
const notSwarmManager =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

const rows: readonly (readonly [row: string, ...checks: SwarmCheck[]])[] = [
  ['GET /swarm'],
  ['GET /swarm/unlockkey'],
  ['POST /swarm/update', readsBody(specSchema), readsVersion('swarm')],
  ['POST /swarm/unlock', readsBody(unlockSchema)],
  ['GET /nodes', readsFilters],
  ['GET /nodes/{id}'],
  ['DELETE /nodes/{id}'],
  ['POST /nodes/{id}/update', readsBody(specSchema), readsVersion('node')],
  ['GET /services', readsFilters],
  ['POST /services/create', readsBody(specSchema)],
  ['GET /services/{id}'],
  ['DELETE /services/{id}'],
  ['POST /services/{id}/update', readsBody(specSchema), readsVersion('service')],
  ['GET /services/{id}/logs'],
  ['GET /tasks', readsFilters],
  ['GET /tasks/{id}'],
  ['GET /tasks/{id}/logs'],
  ['GET /secrets', readsFilters],
  ['POST /secrets/create', readsBody(payloadSchema)],
  ['GET /secrets/{id}'],
  ['DELETE /secrets/{id}'],
  ['POST /secrets/{id}/update', readsBody(payloadSchema), readsVersion('secret')],
  ['GET /configs', readsFilters],
  ['POST /configs/create', readsBody(payloadSchema)],
  ['GET /configs/{id}'],
  ['DELETE /configs/{id}'],
  ['POST /configs/{id}/update', readsBody(payloadSchema), readsVersion('config')],
];

/** Swarm mode, refused as an engine outside a swarm does: a broken request first, then the swarm that is not there. */
export function swarmRoutes(): Route[] {
  return [
    ...rows.map(([row, ...checks]) => refused(row, checks)),
    ...['POST /swarm/init', 'POST /swarm/join'].map(refusedJoin),
    leave,
  ];
}

function refused(row: string, checks: readonly SwarmCheck[]): Route {
  return {
    ...routeAt(row),
    semantics: 'refused',
    access: needs('read'),
    handle: async (exchange) => {
      // No name of Swarm mode has a slash: to an engine this is another path.
      if (Object.values(exchange.params).some((name) => name.includes('/')))
        return exchange.respond(404, { message: 'page not found' });
      for (const check of checks) await check(exchange);
      exchange.respond(503, { message: notSwarmManager });
    },
  };
}

function refusedJoin(row: string): Route {
  return {
    ...routeAt(row),
    semantics: 'refused',
    access: needs('read'),
    handle: () => {
      throw new BaleenError(
        'request/not-served',
        'a fleet has no Swarm mode: engines join it by discovery (docs/architecture.md)',
      );
    },
  };
}

const leave: Route = {
  ...routeAt('POST /swarm/leave'),
  semantics: 'refused',
  access: needs('read'),
  handle: async (exchange) => {
    await readsQuery(exchange);
    exchange.respond(503, { message: 'This node is not part of a swarm' });
  },
};
