import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What a join token says of the fleet unless its issuer says otherwise. */
const JoinDefaults = z.object({
  /** One or more addresses, comma separated, without credentials. */
  nats: z.string().optional(),
  /** PEM file of the CA of their certificates. */
  caFile: z.string().optional(),
});
export type JoinDefaults = z.infer<typeof JoinDefaults>;

const ownerOnly = 0o600;

/** Beside the keys that tokens are signed with. */
export function keepJoinDefaults(keyFolder: string, defaults: JoinDefaults): void {
  writeFileSync(fileOf(keyFolder), `${JSON.stringify(defaults)}\n`, { mode: ownerOnly });
}

export function joinDefaults(keyFolder: string): JoinDefaults {
  try {
    return JoinDefaults.parse(JSON.parse(readFileSync(fileOf(keyFolder), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

function fileOf(keyFolder: string): string {
  return join(keyFolder, 'join.json');
}
