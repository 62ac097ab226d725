import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileFailure } from '#service-shell';
import { type NatsDoor, parseNatsDoor } from '../nats/nats-door.ts';
import { UsageError } from './usage-error.ts';

/** The NATS URL that `--nats` means: itself, or what the file it names holds. */
export function natsUrl(given: string): string {
  return given.startsWith('file://') ? readAddress(given) : given;
}

/** The door that `--nats-listen` opens in the embedded NATS; `undefined` = none. */
export function natsDoor({
  natsListen,
  nats,
  natsDir,
}: {
  natsListen?: string;
  nats?: string;
  natsDir?: string;
}): NatsDoor | undefined {
  if (natsListen === undefined) return undefined;
  if (nats !== undefined) throw new UsageError('--nats-listen is for the embedded NATS: with --nats, agents join that one');
  if (natsDir === undefined)
    throw new UsageError(
      '--nats-listen needs --nats-dir: the keys that agents’ tokens are signed with are kept there over restarts',
    );
  return parseNatsDoor(natsListen);
}

/** Folder of each process' credentials; the embedded NATS has one of its own. */
export function natsKeys({ natsKeys, nats }: { natsKeys?: string; nats?: string }): string | undefined {
  if (natsKeys !== undefined && nats === undefined)
    throw new UsageError('--nats-keys is for a NATS of your own: name it with --nats');
  return natsKeys;
}

/** `--cluster` of commands that ask NATS themselves, with its default. */
export function clusterFlag(env: NodeJS.ProcessEnv): [flag: string, about: string, otherwise: string] {
  return ['--cluster <name>', 'name of the fleet (or BALEEN_CLUSTER)', env['BALEEN_CLUSTER'] || 'default'];
}

/** A NATS that a command dials itself: credentials and CA as the environment says. */
export function natsAccessOf(url: string, env: NodeJS.ProcessEnv) {
  return { url, credentialsFile: env['BALEEN_NATS_CREDS_FILE'] ?? '', caFile: env['BALEEN_NATS_CA_FILE'] ?? '' };
}

function readAddress(url: string): string {
  try {
    return readFileSync(fileURLToPath(url), 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--nats ${url} cannot be read: ${fileFailure(error)}`);
  }
}
