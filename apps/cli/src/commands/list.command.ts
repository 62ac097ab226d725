import type { Command } from 'commander';
import { type BaleenError, printable } from '#contracts';
import { type DiscoveryArgument, type DiscoverySource, openSource } from '#discovery-sources';
import { createLogger, systemClock } from '#service-shell';
import { checkKeyValues, discoveryOf, durationFlag, readDiscovery } from '../flags/discovery-flags.ts';
import { discoveryForms, discoveryOptions } from '../flags/discovery-help.ts';
import { clusterFlag, natsAccessOf, natsUrl } from '../flags/nats-flag.ts';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandContext } from './command-context.ts';

type ListOptions = {
  readonly timeout: string;
  readonly discoveryOpt: readonly string[];
  readonly nats?: string;
  readonly cluster: string;
};

/** `baleen list` (spec 1.4): prints the first list of a discovery, one engine a line. */
export function addList(program: Command, context: CommandContext): void {
  program
    .command('list')
    .alias('l')
    .description('list the engines of a discovery')
    .argument('[discovery...]', 'where the engines are (or SWARM_DISCOVERY)')
    .option('--timeout <duration>', 'give up after this', '10s')
    .option('--discovery-opt <key=value>', 'option of the discovery, see below', context.collect, [])
    .option('--nats <url>', 'NATS that nats:// asks (or BALEEN_NATS)')
    .option(...clusterFlag(context.env))
    .addHelpText('after', discoveryForms + discoveryOptions)
    .action(async (given: string[], options: ListOptions) => {
      const discovery = discoveryOf('list', given, context.env, 'list');
      const timeoutMs = durationFlag('--timeout', options.timeout);
      if (timeoutMs <= 0) throw new UsageError('--timeout should be a positive number');
      checkKeyValues(options.discoveryOpt);
      const { source, close } = await openListed(readDiscovery(discovery, options.discoveryOpt), options, timeoutMs, context);
      const { addresses, problems } = await firstList(source, timeoutMs).finally(close);
      process.stdout.write(addresses.map((address) => `${printable(address)}\n`).join(''));
      for (const problem of problems) process.stderr.write(`baleen: ${printable(problem.message)}\n`);
      context.exit(0);
    });
}

async function openListed(
  argument: DiscoveryArgument,
  options: ListOptions,
  heartbeatMs: number,
  { env }: CommandContext,
): Promise<{ readonly source: DiscoverySource; readonly close: () => Promise<void> }> {
  const logger = createLogger('list', 'list', 'silent');
  const log = () => {
    throw new Error('only nats:// reads the log');
  };
  if (argument.kind !== 'agents') {
    return { source: openSource(argument, { clock: systemClock, logger, heartbeatMs, log }), close: async () => undefined };
  }
  const url = natsUrl(options.nats ?? env['BALEEN_NATS'] ?? '');
  if (url === '') throw new UsageError('nats:// needs the NATS of the fleet: name it with --nats');
  // Loaded here only: NATS and what it brings would cost every other command its start.
  const { openAgents } = await import('../join/open-agents.ts');
  return await openAgents(natsAccessOf(url, env), options.cluster);
}

type FirstList = { readonly addresses: readonly string[]; readonly problems: readonly BaleenError[] };

/** Rejects with the first error that no list comes with, and with `Timed out`. */
function firstList(source: DiscoverySource, timeoutMs: number): Promise<FirstList> {
  return new Promise((resolve, reject) => {
    const problems: BaleenError[] = [];
    const cancel = systemClock.after(timeoutMs, () => end(() => reject(new UsageError('Timed out'))));
    const end = (settle: () => void) => {
      cancel();
      running?.stop();
      settle();
    };
    let running: { stop(): void } | undefined;
    running = source.start({
      onList: (addresses) => end(() => resolve({ addresses, problems })),
      onError: (error) => {
        problems.push(error);
        // Bad entries are told before the list of the good ones, in the same breath.
        queueMicrotask(() => end(() => reject(new UsageError(problems.map(({ message }) => message).join('\n')))));
      },
    });
  });
}
