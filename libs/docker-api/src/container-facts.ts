import type { ContainerFacts, PortBinding } from '#contracts';
import { timeMs } from './docker-time.ts';
import { expandPorts } from './port-range.ts';

type Bindings = Record<string, { HostIp?: string; HostPort?: string }[] | null>;

/** What is read of `GET /containers/{id}/json`; every member may be missing on some engine. */
type Inspect = {
  readonly Id: string;
  readonly Created?: string;
  readonly Image?: string;
  readonly RestartCount?: number;
  readonly State?: {
    Status?: string;
    ExitCode?: number;
    StartedAt?: string;
    FinishedAt?: string;
    Health?: { Status?: string } | null;
  };
  readonly Config?: { Image?: string; Labels?: Record<string, string> | null; ExposedPorts?: Record<string, unknown> | null };
  readonly HostConfig?: {
    NetworkMode?: string;
    PortBindings?: Bindings | null;
    AutoRemove?: boolean;
    Memory?: number;
    MemoryReservation?: number;
    NanoCpus?: number;
    CpuShares?: number;
    CpusetCpus?: string;
    DeviceRequests?: { Driver?: string; Count?: number; DeviceIDs?: string[] | null }[] | null;
  };
  readonly NetworkSettings?: { Ports?: Bindings | null; Networks?: Record<string, { NetworkID?: string } | null> | null };
  readonly Mounts?: { Type?: string; Name?: string; Source?: string; Destination?: string }[] | null;
};

type ListEntry = { readonly Names?: string[] | null; readonly Image?: string };

/** Facts of a container from its list entry (all its names) and its inspect document. */
export function containerFacts(summary: Buffer, inspectDocument: Buffer): ContainerFacts {
  const entry = JSON.parse(summary.toString('utf8')) as ListEntry;
  const inspect = JSON.parse(inspectDocument.toString('utf8')) as Inspect;
  const { State: state = {}, Config: config = {}, HostConfig: host = {}, NetworkSettings: network = {} } = inspect;
  return {
    id: inspect.Id,
    names: sortedNames(entry.Names ?? []),
    image: config.Image ?? entry.Image ?? '',
    imageId: inspect.Image ?? '',
    state: state.Status ?? '',
    exitCode: state.ExitCode ?? 0,
    health: state.Health?.Status ?? 'none',
    createdAtMs: timeMs(inspect.Created),
    startedAtMs: timeMs(state.StartedAt),
    finishedAtMs: timeMs(state.FinishedAt),
    labels: config.Labels ?? {},
    ports: heldPorts(host.PortBindings ?? {}, network.Ports ?? {}),
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    networkMode: host.NetworkMode ?? '',
    networks: Object.fromEntries(
      Object.entries(network.Networks ?? {}).map(([name, endpoint]) => [name, endpoint?.NetworkID ?? '']),
    ),
    mounts: (inspect.Mounts ?? []).map((mount) => ({
      type: mount.Type ?? '',
      name: mount.Name ?? '',
      source: mount.Source ?? '',
      destination: mount.Destination ?? '',
    })),
    autoRemove: host.AutoRemove ?? false,
    restartCount: inspect.RestartCount ?? 0,
    resources: {
      memoryBytes: host.Memory ?? 0,
      memoryReservationBytes: host.MemoryReservation ?? 0,
      nanoCpus: host.NanoCpus ?? 0,
      cpuShares: host.CpuShares ?? 0,
      cpusetCpus: host.CpusetCpus ?? '',
      devices: (host.DeviceRequests ?? []).flatMap(heldDevices),
    },
  };
}

/** The container's own name first (it has no further slash), link aliases after it. */
function sortedNames(names: readonly string[]): string[] {
  const plain = names.map((name) => name.replace(/^\//, ''));
  return [...plain.filter((name) => !name.includes('/')), ...plain.filter((name) => name.includes('/'))];
}

/** Requested host ports (a stopped container keeps them) and actual ones, each once. */
function heldPorts(requested: Bindings, actual: Bindings): PortBinding[] {
  const held = new Map<string, PortBinding>();
  for (const [key, bindings] of [...Object.entries(requested), ...Object.entries(actual)]) {
    const [port = '', protocol = 'tcp'] = key.split('/');
    for (const binding of bindings ?? []) {
      for (const hostPort of expandPorts(binding.HostPort ?? '')) {
        const ip = binding.HostIp ?? '';
        held.set(`${ip} ${hostPort}/${protocol}`, { ip, hostPort, containerPort: Number(port), protocol });
      }
    }
  }
  return [...held.values()];
}

/** Ids as given, or `driver:n` for a count (-1 = all). */
function heldDevices(request: { Driver?: string; Count?: number; DeviceIDs?: string[] | null }): string[] {
  const ids = request.DeviceIDs ?? [];
  return ids.length > 0
    ? ids
    : [`${request.Driver === undefined || request.Driver === '' ? 'gpu' : request.Driver}:${request.Count ?? 1}`];
}
