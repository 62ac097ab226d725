import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type NatsDoor, parseNatsDoor } from '../manage/nats-door.ts';
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
    throw new UsageError('--nats-listen needs --nats-dir: the password that agents present is kept there over restarts');
  return parseNatsDoor(natsListen);
}

function readAddress(url: string): string {
  try {
    return readFileSync(fileURLToPath(url), 'utf8').trim();
  } catch (error) {
    throw new UsageError(`--nats ${url} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
