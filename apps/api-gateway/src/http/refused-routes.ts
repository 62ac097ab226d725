import { BaleenError } from '#contracts';
import type { Handler, Route } from './router.ts';

/** What every engine outside a swarm answers, word for word; clients know it (docker-api.md 2, swarm mode). */
const notSwarmManager =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

/**
 * Routes of the Docker API that a fleet refuses with a reason, instead of "page not found". List them after the served routes:
 * a served route of the same path goes first.
 */
export function refusedRoutes(): Route[] {
  const refused: [Handler, string[]][] = [
    [refuseSwarm, swarmPaths],
    [refuseSwarmMode, ['POST /swarm/init', 'POST /swarm/join']],
    [refuseLeave, ['POST /swarm/leave']],
    [refuseVolumeUpdate, ['PUT /volumes/{name}']],
    [refusePluginChange, pluginPaths],
  ];
  return refused.flatMap(([handle, rows]) => rows.map((row) => ({ ...parseRow(row), semantics: 'refused', handle })));
}

const swarmPaths = [
  'GET /swarm',
  'GET /swarm/unlockkey',
  'POST /swarm/update',
  'POST /swarm/unlock',
  'GET /nodes',
  'GET /nodes/{id}',
  'DELETE /nodes/{id}',
  'POST /nodes/{id}/update',
  'GET /services',
  'POST /services/create',
  'GET /services/{id}',
  'DELETE /services/{id}',
  'POST /services/{id}/update',
  'GET /services/{id}/logs',
  'GET /tasks',
  'GET /tasks/{id}',
  'GET /tasks/{id}/logs',
  'GET /secrets',
  'POST /secrets/create',
  'GET /secrets/{id}',
  'DELETE /secrets/{id}',
  'POST /secrets/{id}/update',
  'GET /configs',
  'POST /configs/create',
  'GET /configs/{id}',
  'DELETE /configs/{id}',
  'POST /configs/{id}/update',
];

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

function parseRow(row: string): Pick<Route, 'method' | 'path'> {
  const [method, path] = row.split(' ') as [Route['method'], string];
  return { method, path };
}

const refuseSwarm: Handler = (exchange) => exchange.respond(503, { message: notSwarmManager });

const refuseLeave: Handler = (exchange) => exchange.respond(503, { message: 'This node is not part of a swarm' });

/** Cluster volumes are Swarm mode's. */
const refuseVolumeUpdate: Handler = (exchange) =>
  exchange.respond(503, { message: 'volume update only valid for cluster volumes, but swarm is unavailable' });

const refuseSwarmMode: Handler = () => {
  throw new BaleenError('request/not-served', 'a fleet has no Swarm mode: engines join it by discovery (docs/architecture.md)');
};

/** Which engines shall have a plugin is nothing a client can say. */
const refusePluginChange: Handler = () => {
  throw new BaleenError(
    'request/not-served',
    'a fleet does not change the plugins of its engines: ask each engine directly; `docker plugin ls` shows those of all',
  );
};
