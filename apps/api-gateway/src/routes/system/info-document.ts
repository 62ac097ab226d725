import type { EngineIdentity } from '#contracts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { clockSkew } from './clock-skew.ts';
import { countContainers } from './engine-totals.ts';
import type { HostFacts } from './host-facts.ts';
import { infoShape } from './info-shape.ts';
import { type StatusOptions, statusRows } from './status-rows.ts';

export type InfoOptions = StatusOptions & {
  readonly cluster: string;
  readonly version: string;
  readonly debug: boolean;
  readonly host: HostFacts;
};

/**
 * `GET /info` of the fleet: counts and capacities summed, images counted once, the nodes as `SystemStatus` rows. What a gateway cannot
 * know of its engines is empty, never null where clients read on.
 */
export function infoDocument(view: FleetView, options: InfoOptions, nowMs: number, apiVersion: string): Record<string, unknown> {
  const engines = view.visible();
  const counts = engines.map(countContainers);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const identities = engines.flatMap((engine) => (engine.identity === undefined ? [] : [engine.identity]));
  const images = new Set([...view.objects('image')].map((image) => image.facts.id));
  return {
    ID: `baleen:${options.cluster}`,
    Containers: sum(counts.map((count) => count.total)),
    ContainersRunning: sum(counts.map((count) => count.running)),
    ContainersPaused: sum(counts.map((count) => count.paused)),
    ContainersStopped: sum(counts.map((count) => count.stopped)),
    Images: images.size,
    Driver: uniform(identities, (identity) => identity.storageDriver),
    DriverStatus: [],
    SystemStatus: statusRows(view, options),
    Plugins: builtInPlugins,
    ...limits,
    Debug: options.debug,
    NFd: 0,
    NGoroutines: 0,
    SystemTime: new Date(nowMs).toISOString(),
    LoggingDriver: '',
    CgroupDriver: '',
    NEventsListener: 0,
    KernelVersion: uniform(identities, (identity) => identity.kernelVersion) || options.host.kernelVersion,
    OperatingSystem: uniform(identities, (identity) => identity.operatingSystem) || 'Baleen fleet',
    OSType: uniform(identities, (identity) => identity.osType) || options.host.osType,
    Architecture: uniform(identities, (identity) => identity.architecture) || options.host.architecture,
    IndexServerAddress: 'https://index.docker.io/v1/',
    NCPU: sum(identities.map((identity) => identity.cpus)),
    MemTotal: sum(identities.map((identity) => identity.memoryBytes)),
    GenericResources: null,
    DockerRootDir: '',
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: options.host.name,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: `baleen/${options.version}`,
    Runtimes: runtimes(identities),
    DefaultRuntime: 'runc',
    Swarm: inactiveSwarm,
    LiveRestoreEnabled: false,
    Isolation: '',
    InitBinary: '',
    Warnings: warnings(view),
    ...infoShape(apiVersion),
  };
}

/** What Linux engines can limit; clients hide flags when one is false. */
const limits = {
  MemoryLimit: true,
  SwapLimit: true,
  CpuCfsPeriod: true,
  CpuCfsQuota: true,
  CPUShares: true,
  CPUSet: true,
  PidsLimit: true,
  IPv4Forwarding: true,
  OomKillDisable: true,
} as const;

/** What every Linux engine since 20.10 brings along. */
const builtInPlugins = {
  Volume: ['local'],
  Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
  Authorization: null,
  Log: ['awslogs', 'fluentd', 'gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog'],
} as const;

/** Never `active`: clients would switch to Swarm mode's behaviour. */
const inactiveSwarm = {
  NodeID: '',
  NodeAddr: '',
  LocalNodeState: 'inactive',
  ControlAvailable: false,
  Error: '',
  RemoteManagers: null,
} as const;

/** The value all engines share; empty when they differ or there is none. */
function uniform(identities: readonly EngineIdentity[], read: (identity: EngineIdentity) => string): string {
  const values = new Set(identities.map(read));
  const [only] = values;
  return values.size === 1 && only !== undefined ? only : [...values].join(', ');
}

function runtimes(identities: readonly EngineIdentity[]): Record<string, { path: string }> {
  const names = new Set(['runc', ...identities.flatMap((identity) => identity.runtimes)]);
  return Object.fromEntries([...names].map((name) => [name, { path: name }]));
}

function warnings(view: FleetView): string[] | null {
  const found = view.members().flatMap((engine) => {
    const name = engine.name || engine.address;
    const { state, reason } = engine.condition;
    const skew = clockSkew(engine.record?.clockDeltaMs ?? 0);
    return [
      ...(engine.isHealthy ? [] : [`WARNING: node ${name} is ${state}: ${reason ?? 'not heard of yet'}`]),
      ...(skew === undefined ? [] : [`WARNING: the clock of node ${name} is ${skew}: times of its containers are its own`]),
    ];
  });
  return found.length === 0 ? null : found;
}
