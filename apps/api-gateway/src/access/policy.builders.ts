import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tokenDigest } from '#access';

/** Their names are their tokens: an admin, an operator, a viewer; of two tenants an operator and a viewer each. */
export const identities = {
  root: { role: 'admin' },
  ops: { role: 'operator' },
  eyes: { role: 'viewer' },
  alice: { role: 'operator', tenant: 'team-a' },
  anna: { role: 'viewer', tenant: 'team-a' },
  bob: { role: 'operator', tenant: 'team-b' },
} as const;
export type Asker = keyof typeof identities;

/** The policy of these, as JSON; `tenants` adds to the two. */
export function policyText(tenants: Record<string, object> = {}): string {
  const rows = Object.entries(identities).map(([name, row]) => [name, { ...row, tokens: [tokenDigest(name)] }]);
  const images = (team: string) => ({ use: ['docker.io/library/*'], own: [`registry.test/${team}/*`] });
  return JSON.stringify({
    identities: Object.fromEntries(rows) as object,
    tenants: {
      'team-a': { images: images('team-a'), ...tenants['team-a'] },
      'team-b': { images: images('team-b'), ...tenants['team-b'] },
    },
  });
}

/** A file with this text, in a folder that is removed when the running test has ended. */
export function policyFile(text = policyText()): string {
  const folder = mkdtempSync(join(tmpdir(), 'baleen-policy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return policyFileIn(folder, text);
}

export function policyFileIn(folder: string, text: string): string {
  const path = join(folder, 'policy.json');
  writeFileSync(path, text);
  return path;
}
