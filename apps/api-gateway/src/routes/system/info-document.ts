import { type EngineIdentity, printable } from '#contracts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { keptPerEngine, keptPerView } from '../../fleet-view/kept.ts';
import { clockSkew } from './clock-skew.ts';
import { countContainers } from './engine-totals.ts';
import type { HostFacts } from './host-facts.ts';
import { infoShape } from './info-shape.ts';
import { type StatusOptions, StatusRows } from './status-rows.ts';

export type InfoOptions = StatusOptions & {
  readonly cluster: string;
  readonly version: string;
  readonly debug: boolean;
  /** Whether the document tells of single nodes: their addresses, states and what is reserved there. */
  readonly namesNodes: boolean;
  readonly host: HostFacts;
};

/**
 * Makes `GET /info` of the fleet: counts and capacities summed, images counted once, the nodes as `SystemStatus` rows. What a gateway
 * cannot know of its engines is empty, never null where clients read on. What an engine adds is kept until that engine changes.
 */
export class InfoDocument {
  readonly #options: InfoOptions;
  readonly #rows: StatusRows;

  constructor(options: InfoOptions) {
    this.#options = options;
    this.#rows = new StatusRows(options);
  }

  /** JSON with a newline, in pieces, most of which are kept: of 1,000 engines it is half a megabyte. */
  pieces(view: FleetView, nowMs: number, apiVersion: string): readonly Buffer[] {
    const text = JSON.stringify(this.#withoutRows(view, nowMs, apiVersion));
    // Inside of a text the quotes would be escaped.
    const at = text.indexOf(noRows) + noRows.length - '[]'.length;
    return [
      Buffer.from(text.slice(0, at)),
      ...(this.#options.namesNodes ? this.#rows.pieces(view) : [Buffer.from('[]')]),
      Buffer.from(`${text.slice(at + '[]'.length)}\n`),
    ];
  }

  #withoutRows(view: FleetView, nowMs: number, apiVersion: string): Record<string, unknown> {
    const { cluster, host, debug, version } = this.#options;
    const counts = view.visible().map(countContainers);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const fleet = fleetFacts(view);
    return {
      ID: `baleen:${cluster}`,
      Containers: sum(counts.map((count) => count.total)),
      ContainersRunning: sum(counts.map((count) => count.running)),
      ContainersPaused: sum(counts.map((count) => count.paused)),
      ContainersStopped: sum(counts.map((count) => count.stopped)),
      Images: countImages(view),
      Driver: fleet.storageDriver,
      DriverStatus: [],
      SystemStatus: [],
      Plugins: builtInPlugins,
      ...limits,
      Debug: debug,
      NFd: 0,
      NGoroutines: 0,
      SystemTime: new Date(nowMs).toISOString(),
      LoggingDriver: '',
      CgroupDriver: '',
      NEventsListener: 0,
      KernelVersion: fleet.kernelVersion || host.kernelVersion,
      OperatingSystem: fleet.operatingSystem || 'Baleen fleet',
      OSType: fleet.osType || host.osType,
      Architecture: fleet.architecture || host.architecture,
      IndexServerAddress: 'https://index.docker.io/v1/',
      NCPU: fleet.cpus,
      MemTotal: fleet.memoryBytes,
      GenericResources: null,
      DockerRootDir: '',
      HttpProxy: '',
      HttpsProxy: '',
      NoProxy: '',
      Name: host.name,
      Labels: [],
      ExperimentalBuild: false,
      ServerVersion: `baleen/${version}`,
      Runtimes: fleet.runtimes,
      DefaultRuntime: 'runc',
      Swarm: inactiveSwarm,
      LiveRestoreEnabled: false,
      Isolation: '',
      InitBinary: '',
      Warnings: this.#options.namesNodes ? warnings(view) : null,
      ...infoShape(apiVersion),
    };
  }
}

const countImages = keptPerView(['engines', 'image'], (view) => {
  const ids = new Set<string>();
  for (const { facts } of view.objects('image')) ids.add(facts.id);
  return ids.size;
});

/** What the identities of all engines come to. */
const fleetFacts = keptPerView(['engines'], (view) => {
  const identities = view.visible().flatMap(({ identity }) => (identity === undefined ? [] : [identity]));
  return {
    storageDriver: uniform(identities, (identity) => identity.storageDriver),
    kernelVersion: uniform(identities, (identity) => identity.kernelVersion),
    operatingSystem: uniform(identities, (identity) => identity.operatingSystem),
    osType: uniform(identities, (identity) => identity.osType),
    architecture: uniform(identities, (identity) => identity.architecture),
    cpus: identities.reduce((sum, { cpus }) => sum + cpus, 0),
    memoryBytes: identities.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    runtimes: runtimes(identities),
  };
});

const noRows = '"SystemStatus":[]';

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
  const values = new Set(identities.map(read).map(printable));
  const [only] = values;
  return values.size === 1 && only !== undefined ? only : [...values].join(', ');
}

function runtimes(identities: readonly EngineIdentity[]): Record<string, { path: string }> {
  const names = new Set(['runc', ...identities.flatMap((identity) => identity.runtimes).map(printable)]);
  return Object.fromEntries([...names].map((name) => [name, { path: name }]));
}

function warnings(view: FleetView): string[] | null {
  const found = view.members().flatMap(engineWarnings);
  return found.length === 0 ? null : found;
}

const engineWarnings = keptPerEngine((engine): readonly string[] => {
  const name = engine.name || engine.address;
  const { state, reason } = engine.condition;
  const skew = clockSkew(engine.record?.clockDeltaMs ?? 0);
  return [
    ...(engine.isHealthy ? [] : [`WARNING: node ${name} is ${state}: ${reason ?? 'not heard of yet'}`]),
    ...(skew === undefined ? [] : [`WARNING: the clock of node ${name} is ${skew}: times of its containers are its own`]),
  ].map(printable);
});
