import { z } from 'zod';
import { labels as known, type PlacementRequest, protocolOf } from '#contracts';
import { fieldsUsed } from './api-fields/fields-used.ts';
import { type CreateBody, readCreateBody } from './create-body.ts';
import { besideContainer, type HostReferences, hostReferences } from './host-references.ts';
import { replaceMembers } from './json-members.ts';
import { packRequest, sealRequest } from './original-request.ts';
import { expandPorts } from './port-range.ts';
import { readSchedulingKeys } from './scheduling-keys.ts';

export type CreateContext = {
  /** Wanted name without slash; empty = the engine's choice. */
  readonly name: string;
  /** Query `platform`. */
  readonly platform: string;
  /** API version of the client's request, kept with the original request. */
  readonly apiVersion: string;
  /** 64 hex characters for `com.docker.swarm.id`, used when the client gives none (spec 4.3). */
  readonly swarmId: string;
  /** Is this the name or ID of an engine? `node/net`, `node/vol` and `node/container` are then that engine's. */
  readonly isNode: (name: string) => boolean;
};

export type ParsedCreate = {
  readonly request: PlacementRequest;
  /** It names a network, volume or container as a node's (`node/name`). */
  readonly hasPins: boolean;
  /** What its endpoints say of networks besides their names (`NetworkID`). */
  readonly networkIds: readonly string[];
  /** It has a rescheduling policy: the original is kept with the container, under a seal. */
  readonly isMovable: boolean;
  /** What the engine gets, what the grant says aside (`withGrant`), labelled with the operation. `orderKey`: seals the original of a movable one. */
  readonly bodyFor: (operation: string, orderKey?: Buffer) => Buffer;
};

const createOperation = 'POST /containers/create';

const predefinedNetworks: ReadonlySet<string> = new Set(['', 'default', 'bridge', 'host', 'none']);

/** Reads a create body for placement and rewrites it for the engine. Throws request/invalid and placement/invalid-expression. */
export function parseCreate(bytes: Buffer, context: CreateContext): ParsedCreate {
  const body = readCreateBody(bytes);
  const scheduling = readSchedulingKeys(body.fields.Env ?? [], body.fields.Labels ?? {});
  const pins = new Set<string>();
  const unpin = (reference: string) => stripNode(reference, context.isNode, pins);
  const host = rewriteHost(body, unpin);
  const endpoints = body.fields.NetworkingConfig?.EndpointsConfig ?? {};
  const renamedEndpoints = Object.fromEntries(Object.entries(endpoints).map(([name, config]) => [unpin(name), config]));
  const swarmId = scheduling.labels[known.swarmId] ?? context.swarmId;
  const labels: Record<string, string> = { ...scheduling.labels, [known.swarmId]: swarmId };
  const isMovable = scheduling.keys.reschedulePolicies.some((policy) => policy !== 'off');
  const packed = isMovable ? packedOriginal(bytes, context) : '';
  const [newest] = fieldsUsed({
    operation: createOperation,
    query: new URLSearchParams({ platform: context.platform }),
    body: body.whole,
    apiVersion: context.apiVersion,
  });
  const request: PlacementRequest = {
    ...requestOf(body, host),
    name: context.name,
    swarmId,
    labels,
    constraints: [...scheduling.keys.constraints, ...[...pins].map((node) => `node==${node}`)],
    affinities: [...scheduling.keys.affinities],
    whitelists: [...scheduling.keys.whitelists],
    reschedulePolicies: [...scheduling.keys.reschedulePolicies],
    networks: networksOf(host.networkMode, Object.keys(renamedEndpoints)),
    platform: context.platform,
    minApiVersion: newest?.since ?? '',
    minApiVersionFor: newest?.field ?? '',
  };
  const replacements: Record<string, Buffer | string | undefined> = {
    Env: body.fields.Env === undefined ? undefined : JSON.stringify(scheduling.env),
    HostConfig: replaceMembers(body.hostBytes, host.replacements),
    ...(Object.keys(endpoints).length === 0
      ? {}
      : { NetworkingConfig: JSON.stringify({ ...body.fields.NetworkingConfig, EndpointsConfig: renamedEndpoints }) }),
    // Fields of clients older than API 1.18; they went to HostConfig above.
    Memory: undefined,
    MemorySwap: undefined,
    CpuShares: undefined,
    Cpuset: undefined,
  };
  if (body.fields.Env === null) replacements['Env'] = 'null';
  const bodyFor = (operation: string, orderKey?: Buffer) => {
    if (isMovable && orderKey === undefined) throw new Error('a create with a rescheduling policy needs the key of orders');
    const sealed = isMovable && orderKey !== undefined ? sealRequest(packed, operation, orderKey) : '';
    const ours = { [known.operation]: operation, [known.originalRequest]: sealed, [known.ports]: '' };
    return replaceMembers(body.bytes, { ...replacements, Labels: JSON.stringify({ ...noLabels, ...labels, ...ours }) });
  };
  return { request, isMovable, hasPins: pins.size > 0, networkIds: networkIdsOf(Object.values(endpoints)), bodyFor };
}

/** Every label of ours stands in every create, for an engine gives a container the labels of its image that the create does not. */
const noLabels: Readonly<Record<string, string>> = Object.fromEntries(Object.values(known).map((label) => [label, '']));

function packedOriginal(bytes: Buffer, { name, platform, apiVersion }: CreateContext): string {
  return packRequest({ name, platform, apiVersion, body: JSON.parse(bytes.toString('utf8')) as Record<string, unknown> });
}

type RewrittenHost = HostReferences & { readonly memory: number; readonly cpuShares: number; readonly cpuset: string };

function rewriteHost({ fields, host }: CreateBody, unpin: (reference: string) => string): RewrittenHost {
  const references = hostReferences(host, unpin);
  const replacements: Record<string, Buffer | string | undefined> = { ...references.replacements };
  const memory = host.Memory || fields.Memory || 0;
  const cpuShares = host.CpuShares || fields.CpuShares || 0;
  const cpuset = host.CpusetCpus || fields.Cpuset || '';
  if (memory !== (host.Memory ?? 0)) replacements['Memory'] = String(memory);
  if (cpuShares !== (host.CpuShares ?? 0)) replacements['CpuShares'] = String(cpuShares);
  if (cpuset !== (host.CpusetCpus ?? '')) replacements['CpusetCpus'] = JSON.stringify(cpuset);
  if (!host.MemorySwap && fields.MemorySwap) replacements['MemorySwap'] = String(fields.MemorySwap);
  // Classic Swarm's default, for clients that old (spec/classic-swarm.md 5.9).
  const isOldForm = Boolean(fields.Memory || fields.MemorySwap || fields.CpuShares || fields.Cpuset);
  if (isOldForm && host.MemorySwappiness === undefined) replacements['MemorySwappiness'] = '-1';
  return { ...references, memory, cpuShares, cpuset, replacements };
}

function requestOf({ fields, host }: CreateBody, rewritten: RewrittenHost) {
  return {
    image: fields.Image ?? '',
    memoryBytes: rewritten.memory,
    memoryReservationBytes: host.MemoryReservation ?? 0,
    nanoCpus: host.NanoCpus ?? 0,
    cpuShares: rewritten.cpuShares,
    cpusetCpus: rewritten.cpuset,
    devices: (host.DeviceRequests ?? []).map((request) => ({
      driver: request.Driver ?? '',
      count: request.Count ?? 0,
      ids: request.DeviceIDs ?? [],
      capabilities: request.Capabilities ?? [],
    })),
    networkMode: rewritten.networkMode,
    ports: requestedPorts(host.PortBindings ?? {}),
    exposedPorts: Object.keys(fields.ExposedPorts ?? {}).map(withProtocol),
    bindings: askedBindings(host.PortBindings ?? {}),
    publishesAll: host.PublishAllPorts ?? false,
    volumesFrom: rewritten.volumesFrom.filter(isNamed),
    links: rewritten.links.filter(isNamed),
    namespaces: [
      ...namespaceOf('net', rewritten.networkMode),
      ...namespaceOf('ipc', rewritten.ipcMode),
      ...namespaceOf('pid', rewritten.pidMode),
    ],
    volumes: [...rewritten.volumes],
  };
}

function namespaceOf(kind: 'net' | 'ipc' | 'pid', mode: string): PlacementRequest['namespaces'] {
  const reference = mode.startsWith(besideContainer) ? mode.slice(besideContainer.length) : '';
  return isNamed(reference) ? [{ kind, reference }] : [];
}

/** What names no container is the engine's to refuse. */
function isNamed(reference: string): boolean {
  return reference !== '';
}

type Bindings = NonNullable<CreateBody['host']['PortBindings']>;

function askedBindings(bindings: Bindings): PlacementRequest['bindings'] {
  return Object.entries(bindings).flatMap(([key, list]) =>
    (list ?? []).map(({ HostIp, HostPort }) => {
      return { containerPort: withProtocol(key), ip: HostIp ?? '', hostPort: HostPort ?? '' };
    }),
  );
}

function withProtocol(port: string): string {
  return port.includes('/') ? port : `${port}/tcp`;
}

function requestedPorts(bindings: Bindings): PlacementRequest['ports'] {
  return Object.entries(bindings).flatMap(([key, list]) =>
    (list ?? []).flatMap((binding) => {
      const ports = expandPorts(binding.HostPort ?? '');
      // A range leaves the choice to the engine: it takes the first free one, which nobody can reserve.
      return ports.length === 1
        ? ports.map((hostPort) => ({ ip: binding.HostIp ?? '', hostPort, protocol: protocolOf(key) }))
        : [];
    }),
  );
}

/** `node-1/data` → `data`, noting that node-1 is meant; anything else stays. */
function stripNode(reference: string, isNode: (name: string) => boolean, pins: Set<string>): string {
  const at = reference.indexOf('/');
  if (at <= 0) return reference;
  const node = reference.slice(0, at);
  if (!isNode(node)) return reference;
  pins.add(node);
  return reference.slice(at + 1);
}

function networkIdsOf(endpoints: readonly unknown[]): string[] {
  return endpoints.flatMap((endpoint) => Endpoint.safeParse(endpoint).data?.NetworkID || []);
}

/** Engines take it for the network's ID, where there is one. */
const Endpoint = z.object({ NetworkID: z.string().nullish() });

function networksOf(networkMode: string, endpoints: readonly string[]): string[] {
  const named = networkMode.startsWith(besideContainer) ? [] : [networkMode];
  return [...new Set([...named, ...endpoints])].filter((network) => !predefinedNetworks.has(network));
}
