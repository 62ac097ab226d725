import type { Command } from 'commander';
import { discoveryForms, discoveryOptions } from '../flags/discovery-help.ts';
import { type LogFormat, logFormatOption, prettyUnlessTold } from '../flags/log-flags.ts';
import { manageSettings } from '../flags/manage-flags.ts';
import { addManageOptions, clusterOptionsHelp, type ManageOptions } from '../flags/manage-options.ts';
import { UsageError } from '../flags/usage-error.ts';
import { manage } from '../manage/manage.ts';
import type { CommandContext } from './command-context.ts';

type GivenOptions = ManageOptions & { readonly addr?: string; readonly cors?: boolean; readonly logFormat?: LogFormat };

/** `baleen manage` (spec 1.6): the whole stack on this machine. */
export function addManage(program: Command, { env, exit, isDebug, logLevel, logFormat, collect }: CommandContext): void {
  const command = program
    .command('manage')
    .aliases(['m', 'up'])
    .description('run the whole stack on this machine over the engines that discovery lists')
    .argument('[discovery...]', 'where the engines are (or SWARM_DISCOVERY)');
  addManageOptions(command, collect)
    .addOption(logFormatOption(prettyUnlessTold))
    .addHelpText('after', discoveryForms + discoveryOptions + clusterOptionsHelp)
    .action(async (discovery: string[], options: GivenOptions) => {
      const advertise = options.advertise ?? options.addr ?? env['SWARM_ADVERTISE'];
      const settings = manageSettings(
        {
          ...options,
          host: [...(env['SWARM_HOST'] ?? '').split(',').filter((host) => host !== ''), ...options.host],
          apiEnableCors: options.apiEnableCors === true || options.cors === true,
          debug: isDebug(),
          ...(advertise === undefined ? {} : { advertise }),
        },
        discoveryArgument(discovery, env),
      );
      exit(await manage(settings, logLevel(), options.logFormat ?? logFormat() ?? 'pretty'));
    });
}

/** `npm start` gives a default, the engine of this machine; `baleen manage` itself demands an argument, as classic did. */
function discoveryArgument(given: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  if (given.length > 1)
    throw new UsageError(
      `manage takes one discovery argument, not ${given.length}: join node addresses with commas (${given.join(',')})`,
    );
  return given[0] ?? env['SWARM_DISCOVERY'] ?? env['BALEEN_DEFAULT_DISCOVERY'];
}
