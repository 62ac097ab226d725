import type { Command } from 'commander';
import { strategyNames } from '#contracts';
import type { CommandContext } from '../commands/command-context.ts';
import type { EndpointTlsOptions, EngineTlsOptions } from './tls-flags.ts';

/** What commander hands over for `manage`, before any rule is applied. */
export type ManageOptions = EndpointTlsOptions &
  EngineTlsOptions & {
    readonly strategy: string;
    readonly filter: readonly string[];
    readonly host: readonly string[];
    readonly replication?: boolean;
    readonly replicationTtl?: string;
    readonly advertise?: string;
    readonly engineRefreshMinInterval: string;
    readonly engineRefreshMaxInterval: string;
    readonly engineFailureRetry: string;
    readonly engineRefreshRetry: string;
    readonly heartbeat: string;
    readonly apiEnableCors?: boolean;
    /** The global --debug: besides the log's level it opens the profiler. */
    readonly debug?: boolean;
    readonly clusterDriver: string;
    readonly discoveryOpt: readonly string[];
    readonly clusterOpt: readonly string[];
    readonly refreshOnNodeFilter?: boolean;
    readonly containerNameRefreshFilter: string;
    readonly containerNames: string;
    readonly apiVersion?: string;
    readonly minEngineApi?: string;
    readonly publish: string;
    readonly publishPorts?: string;
    readonly dockerSocket: string;
    readonly admin: readonly string[];
    readonly nats?: string;
    readonly natsKeys?: string;
    readonly natsStorage: string;
    readonly natsDir?: string;
    readonly natsListen?: string;
    readonly cluster: string;
    readonly monitors: string;
    readonly schedulers: string;
    readonly gateways: string;
    readonly gatewayPorts: string;
    readonly check?: boolean;
  };

/** Flags, what --help says of it, its default; `[]` = it may be given several times. */
type OptionRow = readonly [flags: string, description: string, usual?: string | readonly []];

/** How listeners are guarded: of `manage` and `gateway`. */
const endpointRows: readonly OptionRow[] = [
  ['--tls', 'TLS at our TCP listeners, admin listeners included; anybody may connect'],
  ['--tlsverify', 'the same, and client certificates are demanded that the CA in --tlscacert signed'],
  ['--tlscacert <file>', 'CA of the clients’ certificates; files are re-read when they change'],
  ['--tlscert <file>', 'our certificate'],
  ['--tlskey <file>', 'its key'],
  [
    '--insecure-no-auth',
    'listen where other machines reach us though no client certificates are demanded: whoever does is root on every engine',
  ],
  ['--policy <file>', 'who may ask what, and what belongs to which tenant (docs/security.md); re-read when it changes'],
  ['--audit-log <file>', 'each decision of the policy as a line of JSON; - = standard output'],
  ['--audit-reads', 'reads that were allowed, too'],
];

/** In the order of --help: headings, and the options below each. */
const groups: readonly (readonly [heading: string, rows: readonly OptionRow[]])[] = [
  [
    'Where gateways listen, and for whom:',
    [
      [
        '-H, --host <address>',
        'listen on tcp://host:port, unix:///path or fd:// (sockets of systemd) (default tcp://127.0.0.1:2375, or SWARM_HOST)',
        [],
      ],
      [
        '--admin <address>',
        'listen there for operators: / is the dashboard; /healthz, /metrics, /baleen/…, /clusters (baleen create)',
        [],
      ],
      ...endpointRows,
    ],
  ],
  [
    'Where containers go:',
    [
      ['--strategy <name>', `placement strategy: ${strategyNames.join(', ')}`, 'spread'],
      ['-f, --filter <name>', 'placement filter, in order; giving one replaces the default list of all seven', []],
      ['--cluster-opt <key=value>', 'cluster option, see below', []],
    ],
  ],
  [
    'What clients see:',
    [
      ['--container-names <style>', 'names in docker ps: node (node/name) or plain', 'node'],
      [
        '--publish <where>',
        'where published ports are reached: gateway (as on one machine; a host port is one of the whole fleet), engine (each node’s address, as classic), auto (gateway for engines behind an agent, engine for the rest)',
        'auto',
      ],
      ['--publish-ports <from-to>', 'host ports drawn at the gateways for -P and -p without a host port (default 61000-65535)'],
      [
        '--docker-socket <what>',
        'what containers get that mount Docker’s socket: engine, refuse, tcp://host:port or unix:///path of the fleet',
        'engine',
      ],
      [
        '--api-version <mode>',
        'API version for clients: common (the newest that all engines speak) or newest (that any does; what older ones lack goes to the newer)',
        'common',
      ],
      ['--min-engine-api <version>', 'keep engines out of service whose newest API version is older, as in 1.44'],
      ['--api-enable-cors, --cors', 'CORS headers on every answer of the API'],
    ],
  ],
  [
    'Engines:',
    [
      ['--discovery-opt <key=value>', 'option of the discovery, see below', []],
      ['--heartbeat <duration>', 'period at which discovery re-reads its source', '60s'],
      [
        '--engine-tls <mode>',
        'TLS to the engines: off, verify or unverified (default: as --tls and --tlsverify say, with the same files)',
      ],
      ['--engine-tlscacert <file>', 'CA of the engines’ certificates (default: --tlscacert)'],
      ['--engine-tlscert <file>', 'our client certificate towards engines (default: --tlscert)'],
      ['--engine-tlskey <file>', 'its key (default: --tlskey)'],
      ['--engine-tls-dir <folder>', 'certificates per engine: <host>:<port>/ or <host>/ with ca.pem, cert.pem, key.pem'],
      ['--engine-ssh-config <file>', 'OpenSSH configuration for ssh:// engines (default: the user’s own)'],
      ['--engine-refresh-min-interval <duration>', 'least time between two full refreshes of an engine', '10m'],
      ['--engine-refresh-max-interval <duration>', 'most time between two full refreshes of an engine', '1h'],
      ['--engine-failure-retry <count>', 'failures in a row that make an engine unhealthy', '3'],
    ],
  ],
  [
    'Processes and NATS:',
    [
      ['--monitors <count>', 'engine monitors', '1'],
      ['--schedulers <count>', 'schedulers', '1'],
      ['--gateways <count>', 'gateways', '1'],
      [
        '--gateway-ports <mode>',
        'shared = all gateways listen on one port and the kernel spreads connections; own = gateway n listens on the n-th port after the first',
        'shared',
      ],
      [
        '--nats <url>',
        'use this NATS instead of an embedded nats-server; several manage or single services share a fleet this way',
      ],
      ['--nats-keys <path>', 'with --nats: folder of baleen nats-keys; each process presents its own credentials'],
      ['--nats-storage <kind>', 'storage of the embedded NATS: memory or file', 'file'],
      ['--nats-dir <path>', 'folder of the embedded NATS (default: one that goes with the process)'],
      [
        '--nats-listen <host:port>',
        'let agents of other machines (baleen join --token) dial into the embedded NATS, by TLS and tokens (baleen join-token); needs openssl',
      ],
      ['--check', 'say whether these flags are right and the addresses free, and start nothing'],
      ['--cluster <name>', 'name of the fleet; fleets on one NATS do not see each other', 'default'],
    ],
  ],
  [
    'Of classic Swarm:',
    [
      ['--replication', 'accepted: schedulers always elect a leader'],
      ['--replication-ttl <duration>', 'lease of the leading scheduler, with --replication (default: "2s")'],
      ['--advertise, --addr <address>', 'accepted and not needed: any gateway answers any request'],
      ['--engine-refresh-retry <count>', 'deprecated', '3'],
      ['-c, --cluster-driver <name>', 'accepted: swarm', 'swarm'],
      ['--refresh-on-node-filter', 'accepted and not needed'],
      ['--container-name-refresh-filter <name>', 'accepted and not needed', ''],
    ],
  ],
];

/** Ends the help of `manage`. */
export const clusterOptionsHelp = `

Cluster options (--cluster-opt key=value):
  swarm.overcommit=0.05       share of an engine's memory and CPUs that may be given out beyond what it has
  swarm.createretry=0         further tries of a create that failed on its engine
  swarm.cpushares=cores       read --cpu-shares as a number of cores, as classic Swarm did
  baleen.groups=label,label   resources with the same value of one of these labels stay on one engine (empty = off)
  baleen.pull=chosen          a pull for a create: on the engine chosen for it alone, or on all engines (all)`;

export function addManageOptions(command: Command, collect: CommandContext['collect']): Command {
  for (const [heading, rows] of groups) {
    command.optionsGroup(heading);
    addRows(command, rows, collect);
  }
  return command;
}

export function addEndpointOptions(command: Command, collect: CommandContext['collect']): Command {
  return addRows(command, endpointRows, collect);
}

function addRows(command: Command, rows: readonly OptionRow[], collect: CommandContext['collect']): Command {
  for (const [flags, description, usual] of rows) {
    if (typeof usual === 'object') command.option(flags, description, collect, []);
    else command.option(flags, description, usual);
  }
  return command;
}
