import { Command, Option } from 'commander';
import { systemClock } from '#service-shell';
import { addCerts } from './commands/certs.command.ts';
import { addCreate } from './commands/create.command.ts';
import { addDoctor } from './commands/doctor.command.ts';
import { explainDecision, explainDryRun } from './commands/explain.command.ts';
import { addJoin } from './commands/join.command.ts';
import { addJoinToken } from './commands/join-token.command.ts';
import { addList } from './commands/list.command.ts';
import { manage } from './commands/manage.command.ts';
import { addNatsKeys } from './commands/nats-keys.command.ts';
import { fleetNodes } from './commands/nodes.command.ts';
import { addPolicy } from './commands/policy.command.ts';
import { addServices } from './commands/service.command.ts';
import { addStatus } from './commands/status.command.ts';
import { type AskingOptions, addAskingOptions, askedGateway } from './flags/asked-gateway.ts';
import { discoveryForms, discoveryOptions } from './flags/discovery-help.ts';
import { manageSettings } from './flags/manage-flags.ts';
import { addManageOptions, clusterOptionsHelp, type ManageOptions } from './flags/manage-options.ts';
import { UsageError } from './flags/usage-error.ts';
import { applyManual } from './help/apply-manual.ts';

type GlobalOptions = { readonly debug?: boolean; readonly logLevel?: string; readonly logFormat: 'json' | 'pretty' };

const collect = (value: string, previous: string[]) => [...previous, value];

/** The command line of `baleen`. `exit` gets the status of what ran. */
export function buildProgram(version: string, env: NodeJS.ProcessEnv, exit: (status: number) => void): Command {
  const program = new Command('baleen')
    .description('One Docker host made of many.')
    .version(`baleen version ${version}`, '-v, --version')
    .option('--debug', 'log at level debug; manage: serve the profiler under /debug/pprof/ of the API')
    .addOption(
      new Option('-l, --log-level <level>', 'least severe log lines to write (default: info)').choices([
        'trace',
        'debug',
        'info',
        'warn',
        'error',
        'fatal',
      ]),
    )
    .addOption(new Option('--log-format <format>', 'log lines as json or pretty').choices(['json', 'pretty']).default('pretty'))
    .option('--experimental', 'accepted as in classic Swarm; no feature hangs on it')
    .enablePositionalOptions()
    .showHelpAfterError('(baleen --help lists the commands, baleen <command> --help the flags of one)')
    .exitOverride();
  const level = () => logLevel(program.opts<GlobalOptions>(), env);
  addManage(program, env, level, exit);
  addExplain(program, env);
  addNodes(program, env);
  const logFormat = () => program.opts<GlobalOptions>().logFormat;
  const context = { env, exit, logLevel: level, logFormat, collect };
  addStatus(program, context);
  addDoctor(program, context);
  addServices(program, context);
  addCerts(program, context);
  addPolicy(program, context);
  addCreate(program, context);
  addList(program, context);
  addJoin(program, context);
  addJoinToken(program, context);
  addNatsKeys(program, context);
  applyManual(program);
  return program;
}

function addManage(program: Command, env: NodeJS.ProcessEnv, level: () => string, exit: (status: number) => void): void {
  const command = program
    .command('manage')
    .aliases(['m', 'up'])
    .description('run the whole stack on this machine over the engines that discovery lists')
    .argument('[discovery...]', 'where the engines are (or SWARM_DISCOVERY)');
  addManageOptions(command, collect)
    .addHelpText('after', discoveryForms + discoveryOptions + clusterOptionsHelp)
    .action(async (discovery: string[], options: ManageOptions & { addr?: string; cors?: boolean }) => {
      const advertise = options.advertise ?? options.addr ?? env['SWARM_ADVERTISE'];
      const settings = manageSettings(
        {
          ...options,
          host: [...(env['SWARM_HOST'] ?? '').split(',').filter((host) => host !== ''), ...options.host],
          apiEnableCors: options.apiEnableCors === true || options.cors === true,
          debug: program.opts<GlobalOptions>().debug === true,
          ...(advertise === undefined ? {} : { advertise }),
        },
        discoveryArgument(discovery, env),
      );
      exit(await manage(settings, level(), program.opts<GlobalOptions>().logFormat));
    });
}

function addExplain(program: Command, env: NodeJS.ProcessEnv): void {
  const command = program
    .command('explain')
    .description('why a container is where it is, or why it could not be placed')
    .argument('<what...>', 'container, operation id, or with --dry-run the arguments of docker run')
    .option('--dry-run', 'explain what docker run with these arguments would do; nothing is created')
    .passThroughOptions()
    .allowUnknownOption()
    .action(async (what: string[], options: AskingOptions & { dryRun?: boolean }) => {
      const gateway = askedGateway(options, env);
      const [reference = ''] = what;
      process.stdout.write(options.dryRun ? await explainDryRun(gateway, what) : await explainDecision(gateway, reference));
    });
  addAskingOptions(command);
}

function addNodes(program: Command, env: NodeJS.ProcessEnv): void {
  const command = program
    .command('nodes')
    .alias('n')
    .description('the engines of a running fleet: state, reason, since when, next retry')
    .option('--json', 'everything a gateway knows of them, for scripts')
    .action(async (options: AskingOptions & { json?: boolean }) => {
      const asked = { json: options.json === true, nowMs: systemClock.nowMs() };
      process.stdout.write(await fleetNodes(askedGateway(options, env), asked));
    });
  addAskingOptions(command);
}

/** `npm start` gives a default, the engine of this machine; `baleen manage` itself demands an argument, as classic did. */
function discoveryArgument(given: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  if (given.length > 1)
    throw new UsageError(
      `manage takes one discovery argument, not ${given.length}: join node addresses with commas (${given.join(',')})`,
    );
  return given[0] ?? env['SWARM_DISCOVERY'] ?? env['BALEEN_DEFAULT_DISCOVERY'];
}

function logLevel(options: GlobalOptions, env: NodeJS.ProcessEnv): string {
  return options.logLevel ?? (isDebug(options, env) ? 'debug' : 'info');
}

function isDebug(options: GlobalOptions, env: NodeJS.ProcessEnv): boolean {
  return options.debug === true || ['1', 't', 'true'].includes((env['DEBUG'] ?? '').toLowerCase());
}

/** Every long flag of every command, for `normaliseArguments`. */
export function longFlagsOf(program: Command): Set<string> {
  const flags = [program, ...program.commands].flatMap((command) =>
    command.options.flatMap((option) => [option.long, option.short]),
  );
  return new Set(flags.filter((flag): flag is string => flag?.startsWith('--') === true).concat('--help', '--version'));
}
