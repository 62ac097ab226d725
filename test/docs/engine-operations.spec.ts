import { expect, it } from 'vitest';
import { Router } from '../../apps/api-gateway/src/http/router.ts';
import { gatewayRoutes, routeKey } from '../../tools/generate/api.ts';
import engineOperations from './engine-operations.json' with { type: 'json' };

const router = new Router(gatewayRoutes());
const operations = Object.keys({ ...engineOperations.documented, ...engineOperations.undocumented });

it('has a route of its own for every operation of the Engine API', () => {
  const missing = operations.filter((operation) => {
    const [method = '', path = ''] = operation.split(' ');
    const route = router.match(method, path.replace(/\{\w+\}/g, 'x'))?.route;
    return route === undefined || routeKey(route.method, route.path) !== routeKey(method, path);
  });
  expect(missing).toEqual([]);
});

it('knows all 108 operations of the newest API document', () => {
  expect([engineOperations.apiVersion, Object.keys(engineOperations.documented).length]).toEqual(['1.56', 108]);
});
