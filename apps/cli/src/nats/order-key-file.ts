import { chmodSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { orderKeyBytes, orderKeyFileName } from '#contracts';
import type { Randomness } from '#service-shell';

const ownerOnly = 0o600;
const ownerOnlyFolder = 0o700;

/** Where `manage` keeps the key of orders of a NATS that goes with it: in the folder of that NATS, else with this machine's state. */
export function orderKeyPlace(natsDir: string | undefined, cluster: string, env: NodeJS.ProcessEnv, isRoot: boolean): string {
  if (natsDir !== undefined) return join(natsDir, orderKeyFileName);
  const state = isRoot ? '/var/lib' : (env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'));
  return join(state, 'baleen', cluster, orderKeyFileName);
}

/** Makes the file with a new key unless it is there, for its owner only. Throws what the file system says. */
export function keptOrderKey(file: string, randomness: Randomness): void {
  mkdirSync(dirname(file), { recursive: true, mode: ownerOnlyFolder });
  const made = `${file}.${randomness.hex(8)}`;
  writeFileSync(made, `${randomness.hex(orderKeyBytes)}\n`, { mode: ownerOnly, flag: 'wx' });
  chmodSync(made, ownerOnly);
  try {
    // Whole or not at all, and never over one that another just made.
    linkSync(made, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(made);
  }
}
