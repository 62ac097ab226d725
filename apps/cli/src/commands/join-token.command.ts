import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseNatsUrl } from '#cluster-bus';
import {
  AgentId,
  admitAgent,
  agentIdBytes,
  type IssuedAgent,
  joinDefaults,
  joinTokenText,
  type KeyFolder,
  pushClaims,
  revokeAgent,
} from '#nats-keys';
import { fileFailure, systemClock, systemRandomness } from '#service-shell';
import { durationFlag } from '../flags/discovery-flags.ts';
import { type KeyFolderOptions, openKeys } from '../flags/key-folder-flags.ts';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandContext } from './command-context.ts';

type TokenOptions = KeyFolderOptions & {
  readonly nats?: string;
  readonly natsCa?: string;
  readonly ttl: string;
  readonly id?: string;
  readonly revoke?: string;
  readonly list?: boolean;
  readonly push?: boolean;
};

/** `baleen join-token`: credentials for one engine's agent, with an end, and their revocation. */
export function addJoinToken(program: Command, { exit }: CommandContext): void {
  program
    .command('join-token')
    .description('issue, list or revoke the tokens that agents of engines join with')
    .option('--nats-dir <path>', 'folder of manage’s embedded NATS (its --nats-dir)')
    .option('--keys <folder>', 'folder of baleen nats-keys, for a NATS of your own')
    .option('--nats <url>', 'what the agent dials, as in tls://nats.example:4222 (default: as the keys’ folder says)')
    .option('--nats-ca <file>', 'CA of the servers’ certificates (default: as the keys’ folder says)')
    .option('--ttl <duration>', 'how long the token is good, as in 720h', '8760h')
    .option('--id <id>', 'renew the token of this agent instead of admitting a new one')
    .option('--revoke <id>', 'end all tokens of this agent, at once')
    .option('--list', 'tokens that were issued and have not expired')
    .option('--push', 'tell the servers what the keys’ folder says, as after an upgrade or a revocation that did not reach them')
    .action(async (options: TokenOptions) => {
      const keys = openKeys(options);
      if (options.list === true) process.stdout.write(keys.ring.agents.map(listed).join(''));
      else if (options.revoke !== undefined) await revoke(keys, options, options.revoke);
      else if (options.push === true) await push(keys, options);
      else process.stdout.write(await issue(keys, options));
      exit(0);
    });
}

async function issue(keys: KeyFolder, options: TokenOptions): Promise<string> {
  const defaults = joinDefaults(keys.path);
  const nats = options.nats ?? defaults.nats;
  if (nats === undefined) throw new UsageError('what agents dial is not known: name it with --nats tls://host:4222');
  parseNatsUrl(nats);
  const lifeMs = durationFlag('--ttl', options.ttl);
  if (lifeMs < 1_000) throw new UsageError('--ttl should be at least one second');
  if (options.id !== undefined && !AgentId.safeParse(options.id).success)
    throw new UsageError(
      `--id takes the ID of an agent, ${2 * agentIdBytes} hexadecimal digits, not ${JSON.stringify(options.id)}`,
    );
  const caFile = options.natsCa ?? defaults.caFile;
  const ca = caFile === undefined ? undefined : readCa(caFile);
  const id = options.id ?? systemRandomness.hex(agentIdBytes);
  const expiresAtS = Math.min(nowS() + Math.floor(lifeMs / 1_000), ca === undefined ? Number.POSITIVE_INFINITY : endOfCaS(ca));
  const { ring, credentials } = await admitAgent(keys.ring, { id, nowS: nowS(), expiresAtS });
  const text = joinTokenText({ credentials, ca, fleet: { cluster: ring.cluster, nats } });
  await keys.change(ring);
  process.stderr.write(`baleen: agent ${id}, good until ${new Date(expiresAtS * 1_000).toISOString()}\n`);
  return text;
}

/** A token has the CA within: past its end the agent would trust no server. */
function endOfCaS(ca: string): number {
  return Math.floor(new X509Certificate(ca).validToDate.getTime() / 1_000);
}

async function revoke(keys: KeyFolder, options: TokenOptions, id: string): Promise<void> {
  const ring = revokeAgent(keys.ring, id, nowS());
  if (ring === undefined) throw new UsageError(`no token of agent ${id} is good: baleen join-token --list shows those that are`);
  await keys.change(ring);
  await push(keys, options);
  process.stderr.write(`baleen: the tokens of agent ${id} are revoked; docker node rm takes its engine out of the fleet\n`);
}

async function push(keys: KeyFolder, options: TokenOptions): Promise<void> {
  const defaults = joinDefaults(keys.path);
  const nats = options.nats ?? defaults.nats;
  if (nats === undefined) throw new UsageError('where the servers are is not known: name one with --nats tls://host:4222');
  const caFile = options.natsCa ?? defaults.caFile;
  try {
    await pushClaims(keys, { servers: parseNatsUrl(nats).servers, ...(caFile !== undefined && { ca: readCa(caFile) }) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `the servers at ${nats} were not told (${reason}): what was changed is kept; repeat with --push once they answer`,
    );
  }
}

function listed({ id, issuedAtS, expiresAtS, revokedAtS }: IssuedAgent): string {
  const when = (seconds: number) => new Date(seconds * 1_000).toISOString();
  const end = revokedAtS === undefined ? `good until ${when(expiresAtS)}` : `revoked ${when(revokedAtS)}`;
  return `${id}  issued ${when(issuedAtS)}  ${end}\n`;
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--nats-ca ${file} cannot be read: ${fileFailure(error)}`);
  }
}

function nowS(): number {
  return Math.floor(systemClock.nowMs() / 1_000);
}
