import { expect, it } from 'vitest';
import { bindSource } from './bind-source.ts';

it.each([
  ['data:/data:ro', 'volume', 'data'],
  ['node-1/data:/data', 'volume', 'node-1/data'],
  ['/srv:/data', 'path', '/srv'],
  ['~x:/data', 'path', '~x'],
  ['.:/data', 'path', '.'],
  [':/data', 'path', ''],
  ['/data', 'none', ''],
])('the source of the bind %s is a %s: %j', (bind, kind, source) => {
  expect(bindSource(bind)).toEqual({ kind, source });
});
