import { describe, expect, it } from 'vitest';
import { open } from '../access/access-rule.ts';
import { refusedRoutes } from './refused-routes.ts';
import { type Route, Router } from './router.ts';

const handle = () => undefined;
const row = (method: Route['method'], path: string): Route => ({ method, path, semantics: 'local', access: open, handle });

const router = new Router([
  row('GET', '/images/{name}/json'),
  row('GET', '/images/json'),
  row('GET', '/images/{name}/get'),
  row('GET', '/images/get'),
  row('DELETE', '/images/{name}'),
  row('POST', '/containers/{name}/attach'),
  row('GET', '/containers/{name}/attach/ws'),
  row('POST', '/containers/create'),
  row('POST', '/containers/{name}/start'),
  row('GET', '/networks'),
  row('GET', '/networks/'),
]);

describe('Router', () => {
  it.each(['..%2Fcontainers', 'a%2F..%2F..%2Fcontainers%2Fb', 'a%2f%2e%2E', '%2e%2fa', 'a%2F.'])(
    'refuses the name %s',
    (name) => {
      expect(() => router.match('GET', `/images/${name}/json`)).toThrow('. and .. name nothing');
    },
  );

  it.each([
    ['GET', '/images/json', '/images/json', {}],
    ['GET', '/images/registry:5000/team/app/json', '/images/{name}/json', { name: 'registry:5000/team/app' }],
    ['GET', '/images/team/get/json', '/images/{name}/json', { name: 'team/get' }],
    ['GET', '/images/get', '/images/get', {}],
    ['DELETE', '/images/team/app:1', '/images/{name}', { name: 'team/app:1' }],
    ['GET', '/containers/node-1%2Fdb/attach/ws', '/containers/{name}/attach/ws', { name: 'node-1/db' }],
    ['POST', '/containers/node-1/db/attach', '/containers/{name}/attach', { name: 'node-1/db' }],
    ['POST', '/containers/create/start', '/containers/{name}/start', { name: 'create' }],
    ['GET', '/networks/', '/networks/', {}],
  ])('leads %s %s to %s', (method, path, pattern, params) => {
    const match = router.match(method, path);
    expect(match?.route.path).toBe(pattern);
    expect(match?.params).toEqual(params);
  });

  it.each([
    ['PUT', '/images/json'],
    ['GET', '/'],
    ['GET', ''],
    ['GET', '/images'],
    ['GET', '/images//json'],
    ['GET', '/images/../json'],
    ['GET', '/images/a/./json'],
    ['POST', '/containers//start'],
    ['GET', '/constructor'],
  ])('knows no route for %s %s', (method, path) => {
    expect(router.match(method, path)).toBeUndefined();
  });

  it('refuses a broken percent escape', () => {
    expect(() => router.match('GET', '/images/%zz/json')).toThrow('invalid URL escape');
  });

  it('prefers what is served over a refusal of the same path', () => {
    const served = row('PUT', '/volumes/{name}');
    expect(new Router([served, ...refusedRoutes()]).match('PUT', '/volumes/data')?.route).toBe(served);
  });
});
