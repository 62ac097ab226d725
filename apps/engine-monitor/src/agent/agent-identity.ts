import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, type Randomness } from '#service-shell';

/** Who an agent is: the name in its credentials, or issued once by itself; kept on the engine's host. */
export type AgentIdentity = {
  readonly id: string;
  /** Where it is kept; removing one that is not issued by the fleet enrols the engine anew. */
  readonly file: string;
  /** It stands in credentials: another one takes another join token. */
  readonly isIssued: boolean;
};

/** 8 bytes: two engines of a fleet of a million meet once in 10^7 fleets. */
const idBytes = 8;
const ownerOnly = 0o600;
const folderMode = 0o700;

/** Reads the identity, or issues one at the first start. Throws ConfigError when it can neither be read nor kept. */
export function agentIdentity(stateDir: string, randomness: Randomness): AgentIdentity {
  const file = join(stateDir, 'agent-id');
  const kept = readKept(file);
  if (kept === undefined) return { id: issue(stateDir, file, randomness), file, isIssued: false };
  if (/^[0-9a-f]{16}$/.test(kept)) return { id: kept, file, isIssued: false };
  throw new ConfigError([`${file} holds no identity of an agent: restore it, or remove it to enrol this engine anew`]);
}

function readKept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(file, 'read', error);
  }
}

/** By a rename, so that a crash leaves a whole identity or none. */
function issue(stateDir: string, file: string, randomness: Randomness): string {
  const id = randomness.hex(idBytes);
  try {
    mkdirSync(stateDir, { recursive: true, mode: folderMode });
    writeFileSync(`${file}.new`, `${id}\n`, { mode: ownerOnly });
    renameSync(`${file}.new`, file);
    return id;
  } catch (error) {
    throw unusable(file, 'written', error);
  }
}

function unusable(file: string, what: 'read' | 'written', error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const remedy = 'it keeps the identity of this engine over restarts; name another folder with --state-dir (BALEEN_STATE_DIR)';
  return new ConfigError([`${file} cannot be ${what} (${error.message}): ${remedy}`]);
}

/** What to do with a machine that has another's identity. */
export function enrolAnew({ file, isIssued }: AgentIdentity): string {
  return isIssued ? `give it a join token of its own instead of ${file}` : `remove ${file}`;
}
