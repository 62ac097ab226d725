import {
  BaleenError,
  defaultLeaderTtlMs,
  filterNames,
  leaderTtlMinMs,
  parseClusterOptions,
  strategyNames,
  strategyText,
} from '#contracts';
import { goDurationMs, parseDockerSocket } from '#docker-api';
import { defaultHost } from '#endpoint';
import type { NatsDoor } from '../nats/nats-door.ts';
import { type ApiSettings, apiFlags } from './api-flags.ts';
import { checkKeyValues, durationFlag, readDiscovery } from './discovery-flags.ts';
import type { ManageOptions } from './manage-options.ts';
import { natsDoor, natsKeys } from './nats-flag.ts';
import { type PublishSettings, publishFlags } from './publish-flags.ts';
import { type EndpointSettings, type EngineTransportSettings, endpointFlags, engineTransportFlags } from './tls-flags.ts';
import { UsageError } from './usage-error.ts';

/** The command line of `manage` with every rule of classic's (spec 1.6) held. Times in ms. */
export type ManageSettings = {
  readonly discovery: string;
  readonly discoveryOpts: readonly string[];
  readonly heartbeatMs: number;
  readonly strategy: string;
  readonly filters: readonly string[];
  readonly clusterOpts: readonly string[];
  readonly hosts: readonly string[];
  readonly containerNames: 'node' | 'plain';
  readonly cors: boolean;
  readonly debug: boolean;
  readonly api: ApiSettings;
  readonly publish: PublishSettings;
  /** What a container gets that mounts Docker's socket, as `parseDockerSocket` takes it. */
  readonly dockerSocket: string;
  readonly adminHosts: readonly string[];
  readonly refreshMinMs: number;
  readonly refreshMaxMs: number;
  readonly failureRetry: number;
  readonly schedulerLeaseTtlMs: number;
  readonly nats: string | undefined;
  /** With `nats`: folder of `baleen nats-keys`, for each process' own credentials. */
  readonly natsKeys: string | undefined;
  readonly natsStorage: 'memory' | 'file';
  readonly natsDir: string | undefined;
  /** Where the embedded NATS takes agents of other machines; `undefined` = nowhere. */
  readonly natsListen: NatsDoor | undefined;
  readonly cluster: string;
  readonly monitors: number;
  readonly schedulers: number;
  readonly gateways: number;
  /** Whether the gateways listen on the same TCP ports. */
  readonly sharedPorts: boolean;
  readonly endpoint: EndpointSettings;
  readonly engineTransport: EngineTransportSettings;
  /** Start nothing: say whether it could be. */
  readonly check: boolean;
  /** Said once at the start: flags that are accepted and need not act. */
  readonly notes: readonly string[];
};

/** More processes of one kind on one machine than this help nobody. */
const replicasMax = 32;

/** Checks in classic's order (spec 1.6), so that the first complaint is the one its users know. */
export function manageSettings(options: ManageOptions, discovery: string | undefined): ManageSettings {
  const notes: string[] = [];
  const endpoint = endpointFlags(options);
  if (endpoint.tls !== undefined && options.dockerSocket.startsWith('tcp://'))
    notes.push(
      `--docker-socket ${options.dockerSocket} gives containers DOCKER_HOST and no certificates: bring DOCKER_TLS_VERIFY, DOCKER_CERT_PATH and its folder into those that need the fleet`,
    );
  return {
    endpoint,
    engineTransport: engineTransportFlags(options, endpoint),
    ...refreshing(options),
    ...listing(options, discovery),
    ...placing(options, notes),
    schedulerLeaseTtlMs: leaseTtl(options, notes),
    ...serving(options, notes),
    ...natsAndProcesses(options),
    check: options.check === true,
    notes,
  };
}

function refreshing(options: ManageOptions): Pick<ManageSettings, 'refreshMinMs' | 'refreshMaxMs' | 'failureRetry'> {
  const refreshMinMs = goDurationMs(options.engineRefreshMinInterval) ?? 0;
  const refreshMaxMs = goDurationMs(options.engineRefreshMaxInterval) ?? 0;
  if (refreshMinMs <= 0) throw new UsageError('min refresh interval should be a positive number');
  if (refreshMaxMs < refreshMinMs) throw new UsageError('max refresh interval cannot be less than min refresh interval');
  const failureRetry = integer(options.engineFailureRetry);
  if (failureRetry === undefined || failureRetry <= 0)
    throw new UsageError(
      `invalid failure retry count: --engine-failure-retry takes a number from 1 on, not ${JSON.stringify(options.engineFailureRetry)}`,
    );
  if (options.engineRefreshRetry !== '3')
    throw new UsageError('--engine-refresh-retry is deprecated. Use --engine-failure-retry');
  return { refreshMinMs, refreshMaxMs, failureRetry };
}

function listing(
  options: ManageOptions,
  discovery: string | undefined,
): Pick<ManageSettings, 'discovery' | 'discoveryOpts' | 'heartbeatMs'> {
  if (discovery === undefined || discovery === '')
    throw new UsageError("discovery required to manage a cluster. See 'baleen manage --help'.");
  const heartbeatMs = heartbeat(options.heartbeat);
  checkKeyValues(options.discoveryOpt);
  readDiscovery(discovery, options.discoveryOpt);
  return { discovery, discoveryOpts: options.discoveryOpt, heartbeatMs };
}

function placing(options: ManageOptions, notes: string[]): Pick<ManageSettings, 'strategy' | 'filters' | 'clusterOpts'> {
  if (!strategyText.safeParse(options.strategy).success)
    throw new UsageError(`strategy not supported: ${options.strategy} (known: ${strategyNames.join(', ')})`);
  for (const filter of options.filter) {
    if (!filterNames.some((name) => name === filter))
      throw new UsageError(`filter not supported: ${filter} (known: ${filterNames.join(', ')})`);
  }
  if (options.clusterDriver !== 'swarm') throw new UsageError(`unsupported cluster ${JSON.stringify(options.clusterDriver)}`);
  checkClusterOptions(options.clusterOpt, notes);
  return { strategy: options.strategy, filters: options.filter, clusterOpts: options.clusterOpt };
}

/** What gateways are told of. */
function serving(
  options: ManageOptions,
  notes: string[],
): Pick<ManageSettings, 'hosts' | 'adminHosts' | 'containerNames' | 'cors' | 'debug' | 'api' | 'publish' | 'dockerSocket'> {
  if (options.refreshOnNodeFilter)
    notes.push('--refresh-on-node-filter is accepted and not needed: the view is kept current by events and resyncs');
  if (options.containerNameRefreshFilter !== '')
    notes.push('--container-name-refresh-filter is accepted and not needed: the view is kept current by events and resyncs');
  if (options.containerNames !== 'node' && options.containerNames !== 'plain')
    throw new UsageError(`--container-names takes node or plain, not ${options.containerNames}`);
  const socket = parseDockerSocket(options.dockerSocket);
  if ('complaint' in socket) throw new UsageError(`--docker-socket: ${socket.complaint}`);
  return {
    hosts: options.host.length > 0 ? options.host : [defaultHost],
    adminHosts: options.admin,
    containerNames: options.containerNames,
    cors: options.apiEnableCors === true,
    debug: options.debug === true,
    api: apiFlags(options),
    publish: publishFlags(options),
    dockerSocket: options.dockerSocket,
  };
}

function natsAndProcesses(
  options: ManageOptions,
): Pick<
  ManageSettings,
  | 'nats'
  | 'natsKeys'
  | 'natsStorage'
  | 'natsDir'
  | 'natsListen'
  | 'cluster'
  | 'monitors'
  | 'schedulers'
  | 'gateways'
  | 'sharedPorts'
> {
  if (options.natsStorage !== 'memory' && options.natsStorage !== 'file')
    throw new UsageError(`--nats-storage takes memory or file, not ${options.natsStorage}`);
  if (options.gatewayPorts !== 'shared' && options.gatewayPorts !== 'own')
    throw new UsageError(`--gateway-ports takes shared or own, not ${options.gatewayPorts}`);
  const gateways = replicas('--gateways', options.gateways);
  return {
    nats: options.nats,
    natsKeys: natsKeys(options),
    natsStorage: options.natsStorage,
    natsDir: options.natsDir,
    natsListen: natsDoor(options),
    cluster: options.cluster,
    monitors: replicas('--monitors', options.monitors),
    schedulers: replicas('--schedulers', options.schedulers),
    gateways,
    sharedPorts: options.gatewayPorts === 'shared' && gateways > 1,
  };
}

function heartbeat(text: string): number {
  const ms = durationFlag('--heartbeat', text);
  if (ms < 1_000) throw new UsageError('--heartbeat should be at least one second');
  return ms;
}

function leaseTtl(options: ManageOptions, notes: string[]): number {
  if (options.advertise !== undefined) notes.push('--advertise is accepted and not needed: any gateway answers any request');
  if (options.replicationTtl === undefined) return defaultLeaderTtlMs;
  if (!options.replication) {
    notes.push('--replication-ttl is left out of account: it acts together with --replication only');
    return defaultLeaderTtlMs;
  }
  const ms = durationFlag('--replication-ttl', options.replicationTtl);
  if (ms <= 0) throw new UsageError('--replication-ttl should be a positive number');
  if (ms < leaderTtlMinMs) throw new UsageError(`--replication-ttl should be at least ${leaderTtlMinMs / 1_000} second`);
  return ms;
}

/** What gateways and schedulers would refuse is refused here, and what is odd noted. */
function checkClusterOptions(given: readonly string[], notes: string[]): void {
  try {
    const { overcommit } = parseClusterOptions(given);
    if (overcommit < 0) notes.push(`swarm.overcommit is ${overcommit}: engines are filled to less than their capacity`);
  } catch (error) {
    throw error instanceof BaleenError ? new UsageError(error.message) : error;
  }
}

function replicas(flag: string, text: string): number {
  const count = integer(text);
  if (count === undefined || count < 0 || count > replicasMax)
    throw new UsageError(`${flag} takes a number from 0 to ${replicasMax}, not ${JSON.stringify(text)}`);
  return count;
}

function integer(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}
