import { createHash } from 'node:crypto';

/** How a policy file names a bearer token without holding it: `sha256:` and 64 hex digits. Tokens are random, so a plain hash does. */
export function tokenDigest(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`;
}
