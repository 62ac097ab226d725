import { z } from 'zod';
import { BaleenError, type ContainerFacts, type PortBinding, parseJson } from '#contracts';
import { sortedNames } from './container-name.ts';
import type { ContainerRow } from './container-row.ts';
import { timeMs } from './docker-time.ts';
import { expandPorts } from './port-range.ts';
import { wrongIn } from './tolerant-reading.ts';

const Bindings = z.record(
  z.string(),
  z.array(z.object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })).nullish(),
);
type Bindings = z.infer<typeof Bindings>;
const Text = z.string().nullish();
const Count = z.number().nullish();
const DeviceRequest = z.object({ Driver: Text, Count, DeviceIDs: z.array(z.string()).nullish() });
type DeviceRequest = z.infer<typeof DeviceRequest>;

/** What is read of `GET /containers/{id}/json`; every member may be missing on some engine. */
const Inspect = z.object({
  Id: z.string(),
  Created: Text,
  Image: Text,
  RestartCount: Count,
  State: z
    .object({ Status: Text, ExitCode: Count, StartedAt: Text, FinishedAt: Text, Health: z.object({ Status: Text }).nullish() })
    .nullish(),
  Config: z
    .object({
      Image: Text,
      Labels: z.record(z.string(), z.string()).nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
  HostConfig: z
    .object({
      NetworkMode: Text,
      PortBindings: Bindings.nullish(),
      AutoRemove: z.boolean().nullish(),
      Memory: Count,
      MemoryReservation: Count,
      NanoCpus: Count,
      CpuShares: Count,
      CpusetCpus: Text,
      DeviceRequests: z.array(DeviceRequest).nullish(),
    })
    .nullish(),
  NetworkSettings: z
    .object({
      Ports: Bindings.nullish(),
      Networks: z.record(z.string(), z.object({ NetworkID: Text }).nullish()).nullish(),
    })
    .nullish(),
  Mounts: z.array(z.object({ Type: Text, Name: Text, Source: Text, Destination: Text })).nullish(),
});
type Inspect = z.infer<typeof Inspect>;

/**
 * Facts of a container from its list entry (all its names) and its inspect document. Throws engine/bad-answer when that is not of the form
 * that daemons give.
 */
export function containerFacts(entry: ContainerRow, inspectDocument: Buffer): ContainerFacts {
  const inspect = parseInspect(inspectDocument);
  const [state, config] = [inspect.State ?? {}, inspect.Config ?? {}];
  const [host, network] = [inspect.HostConfig ?? {}, inspect.NetworkSettings ?? {}];
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
    resources: heldResources(host),
  };
}

function parseInspect(document: Buffer): Inspect {
  try {
    return Inspect.parse(parseJson(document.toString('utf8')));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    const said = error instanceof z.ZodError ? wrongIn(error) : error.message;
    throw new BaleenError('engine/bad-answer', `the answer to an inspection is not of the expected form: ${said}`, {
      cause: error,
    });
  }
}

/** Requested host ports (a stopped container keeps them) and actual ones, each once. Of a requested range only what it got, once it runs. */
export function heldPorts(requested: Bindings, actual: Bindings): PortBinding[] {
  const held = new Map<string, PortBinding>();
  const open = Object.entries(requested).map(([key, bindings]) => {
    const hasActual = (actual[key] ?? []).length > 0;
    return [key, bindings?.filter(({ HostPort }) => !hasActual || !HostPort?.includes('-'))] as const;
  });
  for (const [key, bindings] of [...open, ...Object.entries(actual)]) {
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

/** What a `HostConfig` claims of its engine, asked for or inspected alike. */
export function heldResources(host: NonNullable<Inspect['HostConfig']>): ContainerFacts['resources'] {
  return {
    memoryBytes: host.Memory ?? 0,
    memoryReservationBytes: host.MemoryReservation ?? 0,
    nanoCpus: host.NanoCpus ?? 0,
    cpuShares: host.CpuShares ?? 0,
    cpusetCpus: host.CpusetCpus ?? '',
    devices: (host.DeviceRequests ?? []).flatMap(heldDevices),
  };
}

/** Ids as given, or `driver:n` for a count (-1 = all). */
function heldDevices(request: DeviceRequest): string[] {
  const ids = request.DeviceIDs ?? [];
  return ids.length > 0 ? ids : [`${(request.Driver ?? '') === '' ? 'gpu' : request.Driver}:${request.Count ?? 1}`];
}
