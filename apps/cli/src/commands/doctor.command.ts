import type { Command } from 'commander';
import { printable } from '#contracts';
import { tokenStanding } from '#nats-keys';
import { systemClock } from '#service-shell';
import { type AskingOptions, addAskingOptions, askedGateway } from '../asking/asked-gateway.ts';
import type { TokenKeys } from '../doctor/agent-diagnosis.ts';
import { diagnose } from '../doctor/diagnosis.ts';
import type { Finding } from '../doctor/finding.ts';
import { symptoms } from '../doctor/symptoms.ts';
import { type KeyFolderOptions, openKeys } from '../flags/key-folder-flags.ts';
import { clusterFlag, natsAccessOf } from '../flags/nats-flag.ts';
import type { CommandContext } from './command-context.ts';
import { jsonText } from './json-text.ts';

const marks: Readonly<Record<Finding['level'], string>> = { well: 'ok      ', warning: 'warning ', problem: 'PROBLEM ' };

type DoctorOptions = AskingOptions &
  KeyFolderOptions & { readonly nats?: string; readonly cluster: string; readonly json?: boolean };

/** `baleen doctor`: looks at NATS, the gateway, schedulers, monitors and engines, and says what to do. Status 1 when something does not work. */
export function addDoctor(program: Command, { env, exit }: CommandContext): void {
  const command = program
    .command('doctor')
    .description('look at all parts of a running fleet and say what is wrong and what to do')
    .option('--nats <url>', 'look at this NATS too, without a gateway (or BALEEN_NATS)')
    .option(...clusterFlag(env))
    .option('--nats-dir <path>', 'manage’s --nats-dir: say of agents’ join tokens whether they are good, too')
    .option('--keys <folder>', 'the same with the folder of baleen nats-keys, for a NATS of your own')
    .option('--json', 'the findings as JSON, for scripts')
    .action(async (options: DoctorOptions) => {
      const nats = options.nats ?? (env['BALEEN_NATS'] || undefined);
      const access = nats === undefined ? undefined : natsAccessOf(nats, env);
      const findings = diagnose(
        await symptoms(
          {
            gateway: askedGateway(options, env),
            nats: access,
            cluster: options.cluster,
            tokenKeys: tokenKeysOf(options),
          },
          systemClock,
        ),
      );
      process.stdout.write(options.json ? jsonText(findings) : report(findings));
      exit(findings.some(({ level }) => level === 'problem') ? 1 : 0);
    });
  addAskingOptions(command);
}

function tokenKeysOf(options: KeyFolderOptions): TokenKeys | undefined {
  const { keys, natsDir } = options;
  if (keys === undefined && natsDir === undefined) return undefined;
  const { ring } = openKeys(options);
  const flag = keys === undefined ? `--nats-dir ${natsDir}` : `--keys ${keys}`;
  return { flag, standingOf: (agent) => tokenStanding(ring, agent, systemClock.nowMs()) };
}

/** A line a finding, what to do below it. */
export function report(findings: readonly Finding[]): string {
  return findings
    .map(({ level, what, remedy }) => `${marks[level]}${printable(what)}\n${remedy === undefined ? '' : `        → ${remedy}\n`}`)
    .join('');
}
