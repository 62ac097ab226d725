import { expect, it } from 'vitest';
import { requirePlatform } from './platform-specifier.ts';

it.each(['', 'linux', 'ARM64', 'x86_64', 'linux/amd64', 'linux/arm/v7', 'windows(10.0.17763)/amd64', 'odd/odder'])(
  'takes %s for a platform, whether or not anybody runs it',
  (specifier) => expect(() => requirePlatform(specifier)).not.toThrow(),
);

it.each(['next-exit', '{}', 'linux/', '/amd64', 'linux/*', 'linux/arm/v7/x', '🐳', 'a b'])(
  'refuses %s as an engine does, and says what a platform looks like',
  (specifier) => expect(() => requirePlatform(specifier)).toThrow(/^".*": .*: invalid argument: give os\/arch/),
);
