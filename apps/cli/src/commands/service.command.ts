import type { Command } from 'commander';
import { defaultHost, listenAddresses } from '#endpoint';
import { passedDescriptors } from '#service-shell';
import { asEnvironmentSays, type LogFormat, logFormatOption } from '../flags/log-flags.ts';
import { addEndpointOptions } from '../flags/manage-options.ts';
import { type EndpointTlsOptions, endpointEnv, endpointFlags } from '../flags/tls-flags.ts';
import { checkedEndpoint } from '../listening/checked-endpoint.ts';
import { runSingleService, type ServiceEnvironment } from '../services/single-service.ts';
import type { CommandContext } from './command-context.ts';

type ServiceOptions = { readonly nats?: string; readonly cluster?: string; readonly logFormat?: LogFormat };
type GatewayOptions = ServiceOptions &
  EndpointTlsOptions & { readonly host: readonly string[]; readonly admin: readonly string[] };

const everythingElse = '\nEverything else is set by environment variables, see docs/config.md.';

/** Each service alone, against an existing NATS; everything else of its configuration by environment (docs/config.md). */
export function addServices(program: Command, context: CommandContext): void {
  const { logLevel, logFormat, collect } = context;
  const add = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option('--nats <url>', 'NATS to use (or BALEEN_NATS)')
      .option('--cluster <name>', 'name of the fleet (or BALEEN_CLUSTER)')
      .addOption(logFormatOption(asEnvironmentSays))
      .addHelpText('after', everythingElse);
  const run = (app: string, options: ServiceOptions, more: ServiceEnvironment = {}) =>
    runSingleService(app, {
      BALEEN_NATS: options.nats,
      BALEEN_CLUSTER: options.cluster,
      BALEEN_LOG_LEVEL: logLevel(),
      BALEEN_LOG_FORMAT: options.logFormat ?? logFormat(),
      ...more,
    });

  const gateway = add('gateway', 'run one gateway: the Docker Engine API of the fleet')
    .option('-H, --host <address>', 'listen on tcp://host:port, unix:///path or fd:// (sockets of systemd)', collect, [])
    .option('--admin <address>', 'listen there for operators', collect, []);
  addEndpointOptions(gateway, collect).action((options: GatewayOptions) =>
    run('api-gateway', options, gatewayEnv(options, context.env)),
  );
  add('scheduler', 'run one scheduler; of several, one leads').action((options: ServiceOptions) => run('scheduler', options));
  add('monitor', 'run one engine monitor; engines are spread over all of them').action((options: ServiceOptions) =>
    run('engine-monitor', options),
  );
  add('discovery', 'run discovery; of several, one is active')
    .argument('[discovery]', 'where the engines are (or BALEEN_DISCOVERY)')
    .action((discovery: string | undefined, options: ServiceOptions) =>
      run('discovery', options, { BALEEN_DISCOVERY: discovery }),
    );
}

/** What the flags say. Throws UsageError for what would keep the gateway from listening, environment included. */
function gatewayEnv(options: GatewayOptions, env: NodeJS.ProcessEnv): ServiceEnvironment {
  const listed = (given: readonly string[], variable: string) =>
    given.length > 0 ? given.join(',') : env[variable] || undefined;
  const hosts = listed(options.host, 'BALEEN_HOSTS');
  const adminHosts = listed(options.admin, 'BALEEN_ADMIN_HOSTS');
  const addresses = [...(hosts ?? defaultHost).split(','), ...(adminHosts ?? '').split(',')].map((text) => text.trim());
  const endpoint = endpointFlags(options);
  checkedEndpoint(
    endpoint,
    listenAddresses(
      addresses.filter((text) => text !== ''),
      passedDescriptors(),
    ),
    env,
  );
  return { BALEEN_HOSTS: hosts, BALEEN_ADMIN_HOSTS: adminHosts, ...endpointEnv(endpoint) };
}
