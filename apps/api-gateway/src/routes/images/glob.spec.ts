import { expect, it } from 'vitest';
import { globTest } from './glob.ts';

it.each([
  ['busy*', 'busybox', true],
  ['*/app', 'team/app', true],
  ['*', 'team/app', false],
  ['bus?box', 'busybox', true],
  ['[bk]*', 'kid', true],
  ['[^k]*', 'kid', false],
  ['[^k]', '/', false],
  ['[a-c]x', 'bx', true],
  ['[c-a]x', 'bx', false],
  ['a[\\]]', 'a]', true],
  ['a.c', 'abc', false],
  ['bu\\sybox', 'busybox', true],
  ['\\*', '*', true],
  ['[^k]x', '/x', false],
  ['*a*a*a*a*a*a*b', 'a'.repeat(200), false],
])('path.Match of %s and %s: %s', (pattern, name, matches) => {
  expect(globTest(pattern)(name)).toBe(matches);
});

it.each(['[', '[a', '[]', '[a-', 'a\\', '[-a]'])('refuses the pattern %s as an engine does', (pattern) => {
  expect(() => globTest(pattern)).toThrow('syntax error in pattern');
});
