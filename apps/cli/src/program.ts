import { Command, Option } from 'commander';
import { addCerts } from './commands/certs.command.ts';
import type { CommandContext } from './commands/command-context.ts';
import { addCreate } from './commands/create.command.ts';
import { addDoctor } from './commands/doctor.command.ts';
import { addExplain } from './commands/explain.command.ts';
import { addJoin } from './commands/join.command.ts';
import { addJoinToken } from './commands/join-token.command.ts';
import { addList } from './commands/list.command.ts';
import { addManage } from './commands/manage.command.ts';
import { addNatsKeys } from './commands/nats-keys.command.ts';
import { addNodes } from './commands/nodes.command.ts';
import { addPolicy } from './commands/policy.command.ts';
import { addServices } from './commands/service.command.ts';
import { addStatus } from './commands/status.command.ts';
import { asEnvironmentSays, type LogFormat, logFormatOption, prettyUnlessTold } from './flags/log-flags.ts';
import { applyManual } from './help/apply-manual.ts';

type GlobalOptions = { readonly debug?: boolean; readonly logLevel?: string; readonly logFormat?: LogFormat };

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
    .addOption(logFormatOption(`${prettyUnlessTold}; single services: ${asEnvironmentSays}`))
    .option('--experimental', 'accepted as in classic Swarm; no feature hangs on it')
    .enablePositionalOptions()
    .showHelpAfterError('(baleen --help lists the commands, baleen <command> --help the flags of one)')
    .exitOverride();
  const given = () => program.opts<GlobalOptions>();
  const context: CommandContext = {
    env,
    exit,
    isDebug: () => given().debug === true,
    logLevel: () => logLevel(given(), env),
    logFormat: () => given().logFormat,
    collect: (value, previous) => [...previous, value],
  };
  addManage(program, context);
  addExplain(program, context);
  addNodes(program, context);
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
