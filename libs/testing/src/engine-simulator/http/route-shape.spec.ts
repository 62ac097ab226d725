import { expect, it } from 'vitest';
import { shapeOf } from './route-shape.ts';

it.each([
  ['/_ping', '/_ping', ''],
  ['/containers/json', '/containers/json', ''],
  ['/containers/web/json', '/containers/{id}/json', 'web'],
  ['/containers/web', '/containers/{id}', 'web'],
  ['/containers/web%2Fx/start', '/containers/{id}/start', 'web/x'],
  ['/images/json', '/images/json', ''],
  ['/images/team/app:1/json', '/images/{id}/json', 'team/app:1'],
  ['/images/team/app:1', '/images/{id}', 'team/app:1'],
  ['/networks', '/networks', ''],
  ['/networks/front/connect', '/networks/{id}/connect', 'front'],
  ['/system/df', '/system/df', ''],
])('%s is %s of %s', (path, shape, reference) => {
  expect(shapeOf(path)).toEqual({ shape, reference });
});
