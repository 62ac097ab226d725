import { expect, it } from 'vitest';
import { cleanPath } from './clean-path.ts';

it.each([
  ['/containers/json', '/containers/json'],
  ['//containers/json', '/containers/json'],
  ['/containers//json', '/containers/json'],
  ['/v1.41//info', '/v1.41/info'],
  ['/images/./json', '/images/json'],
  ['/images/a/../json', '/images/json'],
  ['/../../images/json', '/images/json'],
  ['/networks//', '/networks/'],
  ['/a/..', '/'],
  ['/images/a..b/json', '/images/a..b/json'],
  ['', ''],
])('makes %j clean as an engine does: %j', (path, clean) => {
  expect(cleanPath(path)).toBe(clean);
});
