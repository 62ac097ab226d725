import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { NatsLogin } from '#embedded-nats';
import { type Randomness } from '#service-shell';
import { UsageError } from '../flags/usage-error.ts';

/** Where the embedded NATS listens for agents of other machines. */
export type NatsDoor = { readonly host: string; readonly port: number };

/** 24 bytes: whoever has it is root on every engine, so nobody shall guess it. */
const passwordBytes = 24;
const user = 'baleen';
const ownerOnly = 0o600;

/** Reads `host:port` of `--nats-listen`; throws UsageError. */
export function parseNatsDoor(text: string): NatsDoor {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (host === '' || port === '' || Number(port) < 1 || Number(port) > 65_535)
    throw new UsageError(`--nats-listen takes host:port, as in 10.0.0.1:4222, not ${JSON.stringify(text)}`);
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

/** What agents must present: made at the first start, kept in NATS' folder, for its owner only. Throws UsageError when what is kept is no password. */
export function keptLogin(natsDir: string, randomness: Randomness): NatsLogin {
  const file = join(natsDir, 'password');
  const password = readKept(file) ?? makePassword(natsDir, file, randomness);
  if (/^[0-9a-f]{48}$/.test(password)) return { user, password };
  throw new UsageError(`${file} holds no password of Baleen: restore it, or remove it and give agents the new join-address`);
}

function readKept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** By a rename, so that a crash leaves a whole password or none. */
function makePassword(natsDir: string, file: string, randomness: Randomness): string {
  const password = randomness.hex(passwordBytes);
  mkdirSync(natsDir, { recursive: true });
  writeFileSync(`${file}.new`, `${password}\n`, { mode: ownerOnly });
  renameSync(`${file}.new`, file);
  return password;
}

/** Writes the address for `baleen join --nats`, password included, into a file for its owner only; resolves to that file's path. */
export function keepJoinAddress(natsDir: string, { host, port }: NatsDoor, login: NatsLogin): string {
  const file = join(natsDir, 'join-address');
  const reachable = host === '0.0.0.0' || host === '::' ? hostname() : host;
  const shown = reachable.includes(':') ? `[${reachable}]` : reachable;
  writeFileSync(file, `nats://${login.user}:${login.password}@${shown}:${port}\n`, { mode: ownerOnly });
  chmodSync(file, ownerOnly);
  return file;
}
