import { privileges } from '#access';
import type { AccessRule } from '../../apps/api-gateway/src/access/access-rule.ts';
import type { Route, Semantics } from '../../apps/api-gateway/src/http/router.ts';
import { adminRoutes } from '../../apps/api-gateway/src/routes/admin-routes.ts';
import { allRoutes } from '../../apps/api-gateway/src/routes/all-routes.ts';
import engineOperations from '../../test/docs/engine-operations.json' with { type: 'json' };

const meanings: Readonly<Record<Semantics, string>> = {
  aggregate: 'all engines, merged',
  container: 'the engine of the container',
  exec: 'the engine of the exec instance',
  image: 'an engine that holds the image',
  broadcast: 'every engine that holds the object, or all healthy ones',
  placed: 'an engine that the scheduler chooses',
  builder: 'the caller’s builder',
  any: 'any healthy engine',
  local: 'answered by the gateway',
  refused: 'refused',
};

/** Stands for whatever routes are made with: here they are described, never served. */
const inert: never = new Proxy(() => inert, { get: () => inert, apply: () => inert, construct: () => inert }) as never;

/** The gateway's table, each method and path once: of two rows the first one serves (Router). */
export function gatewayRoutes(): Route[] {
  return distinct(allRoutes(inert));
}

/** `GET /containers/{}/json`: the names of parameters say nothing about what a route matches. */
export function routeKey(method: string, path: string): string {
  return `${method} ${path.replace(/\{\w+\}/g, '{}')}`;
}

/** `docs/api.md` without its note. */
export function apiDocument(): string {
  const { apiVersion } = engineOperations;
  return `# Docker API

Every operation of Engine API ${apiVersion}, with what it means on a fleet. Each path also exists under \`/v<version>\` (the window that \`GET /_ping\` announces). A wrong
method or an unknown path is a 404 \`page not found\`, as on an engine. *Needs*: the privilege, where a
policy is in force ([below](#privileges)). *Since*: the first API version with the operation; – = not in the API's document.

${table(gatewayRoutes())}
## Operators' listener

\`--admin\` opens it (docs/config.md, \`BALEEN_ADMIN_HOSTS\`).

${table(distinct(adminRoutes(inert)))}
## Privileges

Which identity has which, a policy says ([security.md](security.md)).

| privilege | allows |
|---|---|
${Object.entries(privileges)
  .map(([privilege, allows]) => `| \`${privilege}\` | ${allows} |\n`)
  .join('')}`;
}

function table(routes: readonly Route[]): string {
  const since = new Map(Object.entries(engineOperations.documented).map(([row, version]) => [keyOf(row), version]));
  const lines = routes.toSorted(byPath).map(({ method, path, semantics, access, note }) => {
    const version = since.get(routeKey(method, path)) ?? '–';
    return `| ${method} | \`${path}\` | ${meanings[semantics]} | ${neededFor(access)} | ${note ?? ''} | ${version} |`;
  });
  return `| method | path | who answers | needs | note | since |\n|---|---|---|---|---|---|\n${lines.join('\n')}\n`;
}

/** The privilege, and what tenants get of it. */
function neededFor({ needs, tenants }: AccessRule): string {
  if (needs === 'nothing') return '–';
  if (tenants === 'own') return needs;
  return `${needs}, ${tenants === 'shared-builders' ? 'tenants with sharedBuilders' : 'no tenant'}`;
}

function distinct(routes: readonly Route[]): Route[] {
  const rows = new Map<string, Route>();
  for (const route of routes) {
    const key = routeKey(route.method, route.path);
    if (!rows.has(key)) rows.set(key, route);
  }
  return [...rows.values()];
}

function byPath(left: Route, right: Route): number {
  if (left.path !== right.path) return left.path < right.path ? -1 : 1;
  return left.method < right.method ? -1 : 1;
}

function keyOf(row: string): string {
  const [method = '', path = ''] = row.split(' ');
  return routeKey(method, path);
}
