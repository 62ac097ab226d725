import { BaleenError, compareApiVersions } from '#contracts';
import { needs } from '../access/access-rule.ts';
import { type Handler, type Route, routeAt } from './router.ts';

/**
 * Routes of the Docker API that a fleet refuses with a reason, instead of "page not found". List them after the served routes:
 * a served route of the same path goes first. Swarm mode's are in routes/swarm.
 */
export function refusedRoutes(): Route[] {
  const refused: [Handler, string[]][] = [
    [refuseVolumeUpdate, ['PUT /volumes/{name}']],
    [refusePluginChange, pluginPaths],
  ];
  return refused.flatMap(([handle, rows]) =>
    rows.map((row) => ({ ...routeAt(row), semantics: 'refused', access: needs('read'), handle })),
  );
}

const pluginPaths = [
  'GET /plugins/privileges',
  'POST /plugins/pull',
  'POST /plugins/create',
  'POST /plugins/{name}/enable',
  'POST /plugins/{name}/disable',
  'POST /plugins/{name}/upgrade',
  'POST /plugins/{name}/push',
  'POST /plugins/{name}/set',
  'DELETE /plugins/{name}',
];

/** Cluster volumes are Swarm mode's; engines know the route since API 1.42. */
const refuseVolumeUpdate: Handler = (exchange) => {
  if (compareApiVersions(exchange.apiVersion, '1.42') < 0) return exchange.respond(404, { message: 'page not found' });
  exchange.respond(503, { message: 'volume update only valid for cluster volumes, but swarm is unavailable' });
};

/** Which engines shall have a plugin is nothing a client can say. */
const refusePluginChange: Handler = () => {
  throw new BaleenError(
    'request/not-served',
    'a fleet does not change the plugins of its engines: ask each engine directly; `docker plugin ls` shows those of all',
  );
};
