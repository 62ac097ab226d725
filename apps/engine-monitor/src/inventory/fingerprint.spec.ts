import { hash } from 'node:crypto';
import { expect, it } from 'vitest';
import { fingerprint } from './fingerprint.ts';

it.each([
  ['short ones', 'a', 'b'],
  ['letters of many bytes', '\u{1f600}\u00e9'.repeat(50), '\u00e9'],
  ['more than there was room for', 'x'.repeat(20_000), 'y'.repeat(100_000)],
  ['less behind it', 'a', ''],
])('is the digest of both texts: %s', (_what, first, second) => {
  const whole = hash('sha1', first + second, 'base64');
  expect([fingerprint(first, Buffer.from(second)), fingerprint(Buffer.from(first), Buffer.from(second))]).toEqual([whole, whole]);
});
