import { type Command, Option } from 'commander';
import { openRegistry } from '#discovery-sources';
import { systemClock, systemRandomness } from '#service-shell';
import { discoveryOf } from '../flags/discovery-flags.ts';
import { discoveryForms, discoveryOptions } from '../flags/discovery-help.ts';
import { type JoinOptions, type JoinSettings, joinSettings } from '../flags/join-flags.ts';
import { type LogFormat, logFormatOption, prettyUnlessTold } from '../flags/log-flags.ts';
import { UsageError } from '../flags/usage-error.ts';
import { commandLogger } from '../join/command-logger.ts';
import { daemonCheck } from '../join/daemon-check.ts';
import { type JoinAgentOptions, joinAsAgent } from '../join/join-agent.ts';
import { keepRegistered } from '../join/registration-loop.ts';
import type { CommandContext } from './command-context.ts';

type GivenOptions = Omit<JoinOptions, 'advertise'> &
  Omit<JoinAgentOptions, 'nats' | 'token' | 'advertise'> & {
    readonly advertise?: string;
    readonly addr?: string;
    readonly nats?: string;
    readonly token?: string;
    readonly logFormat?: LogFormat;
  };

/**
 * `baleen join`: with `--token` or `--nats` this machine's engine takes part in a fleet through an agent; else (spec 1.5) an engine is registered with a
 * discovery and kept registered.
 */
export function addJoin(program: Command, context: CommandContext): void {
  program
    .command('join')
    .alias('j')
    .description('take an engine into a fleet: as its agent over NATS, or by registering its address with a discovery')
    .argument('[discovery...]', 'where to register: etcd, consul, zk, token (or SWARM_DISCOVERY)')
    .option(
      '--token <file>',
      'be the agent of this machine’s engine, which needs no open port: the join token (baleen join-token) says where to dial',
    )
    .option('--nats <url>', 'the same over a NATS without tokens: its URL, or file:///path of a file with it')
    .option('--engine <address>', 'of an agent: the daemon of this machine', 'unix:///var/run/docker.sock')
    .option(
      '--state-dir <path>',
      'with --nats: folder that keeps the identity of this engine, which a token brings along (default: /var/lib/baleen)',
    )
    .option('--cluster <name>', 'with --nats: name of the fleet (or BALEEN_CLUSTER)')
    .option(
      '--advertise <address>',
      'address other machines reach the engine at, ip:port or hostname:port (or SWARM_ADVERTISE); of an agent: IP that published ports are shown at',
    )
    .addOption(new Option('--addr <address>', 'the same').hideHelp())
    .option('--delay <duration>', 'wait a random time up to this before the first registration', '0s')
    .option('--heartbeat <duration>', 'period of registrations', '60s')
    .option('--ttl <duration>', 'the entry expires this long after the last registration', '180s')
    .option('--discovery-opt <key=value>', 'option of the discovery, see below', context.collect, [])
    .addOption(logFormatOption(prettyUnlessTold))
    .option('--no-check', 'register the engine without asking whether its daemon answers')
    .addHelpText('after', discoveryForms + discoveryOptions)
    .action(async (given: string[], { addr, nats, token, logFormat, ...options }: GivenOptions) => {
      const format = logFormat ?? context.logFormat() ?? 'pretty';
      if (nats !== undefined || token !== undefined) {
        if (nats !== undefined && token !== undefined) throw new UsageError('--token says where to dial: leave --nats out');
        refuseDiscovery(given);
        const advertise = options.advertise ?? addr;
        return joinAsAgent(
          {
            ...options,
            ...(nats !== undefined && { nats }),
            ...(token !== undefined && { token }),
            ...(advertise !== undefined && { advertise }),
          },
          context.logLevel(),
          format,
        );
      }
      const discovery = discoveryOf('join', given, context.env, 'join');
      const advertise = options.advertise ?? addr ?? context.env['SWARM_ADVERTISE'];
      await join(joinSettings({ ...options, ...(advertise !== undefined && { advertise }) }, discovery), format, context);
    });
}

function refuseDiscovery(given: readonly string[]): void {
  if (given.length > 0)
    throw new UsageError(
      `baleen join takes --token, --nats or a discovery (${given.join(' ')}), not several: an agent enrols itself over NATS`,
    );
}

/** Runs until SIGTERM or SIGINT. */
async function join(settings: JoinSettings, format: LogFormat, { exit, logLevel }: CommandContext): Promise<void> {
  const { discovery, advertise, isChecked, ...times } = settings;
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const registry = openRegistry(discovery, systemClock);
  const logger = await commandLogger('join', logLevel(), format);
  await keepRegistered(
    {
      registry,
      address: advertise,
      discovery: discovery.name,
      ...times,
      ...(isChecked && { checkDaemon: daemonCheck(advertise) }),
      clock: systemClock,
      randomness: systemRandomness,
      logger,
    },
    stop.signal,
  );
  await registry.close();
  exit(0);
}
