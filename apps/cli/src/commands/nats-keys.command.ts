import { resolve } from 'node:path';
import type { Command } from 'commander';
import { serviceParties } from '#contracts';
import { KeyFolder, keepJoinDefaults } from '#nats-keys';
import { clusterFlag } from '../flags/nats-flag.ts';
import type { CommandContext } from './command-context.ts';

type KeysOptions = { readonly out: string; readonly cluster: string; readonly nats?: string; readonly natsCa?: string };

/** `baleen nats-keys`: the keys that secure a fleet's NATS. */
export function addNatsKeys(program: Command, { env, exit }: CommandContext): void {
  program
    .command('nats-keys')
    .description('make the keys of a secured NATS: whom servers trust, credentials of each service')
    .option('--out <folder>', 'where they go', 'baleen-nats-keys')
    .option(...clusterFlag(env))
    .option('--nats <url>', 'what agents will dial, as in tls://nats.example:4222: for join tokens')
    .option('--nats-ca <file>', 'CA of the servers’ certificates, for join tokens')
    .action(async ({ out, cluster, nats, natsCa }: KeysOptions) => {
      const keys = await KeyFolder.openOrMake(resolve(out), cluster);
      if (nats !== undefined) keepJoinDefaults(keys.path, { nats, ...(natsCa !== undefined && { caFile: resolve(natsCa) }) });
      process.stdout.write(`nats-server: --config ${keys.serverFolder}/nats.conf\n`);
      for (const party of serviceParties) process.stdout.write(`${party}: BALEEN_NATS_CREDS_FILE=${keys.credentials(party)}\n`);
      exit(0);
    });
}
