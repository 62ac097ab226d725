import { type ContainerFacts, type ContainerResources, labels, type PlacementRequest, type ReservationRecord } from '#contracts';

export type HeldPort = { readonly ip: string; readonly hostPort: number; readonly protocol: string };

/** What a container, or a reservation that will become one, takes of its engine. */
export type Occupant = {
  /** The container's id; empty while it is only reserved. */
  readonly id: string;
  /** The first is its own. */
  readonly names: readonly string[];
  readonly swarmId: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly HeldPort[];
  /** `80/tcp`: ports it opens on the host itself; only in host mode. */
  readonly hostModePorts: readonly string[];
  readonly resources: ContainerResources;
  /** True while cpuShares are what the user asked for, not what the engine was sent (spec 5.9). */
  readonly sharesAsAsked: boolean;
};

/** One list for all. */
const none: readonly never[] = [];

function isBound({ hostPort }: HeldPort): boolean {
  return hostPort !== 0;
}

export function occupantOfContainer(facts: ContainerFacts): Occupant {
  return {
    id: facts.id,
    names: facts.names,
    swarmId: facts.labels[labels.swarmId] ?? '',
    image: facts.image,
    labels: facts.labels,
    ports: facts.ports.every(isBound) ? facts.ports : facts.ports.filter(isBound),
    hostModePorts: facts.networkMode === 'host' ? facts.exposedPorts : none,
    resources: facts.resources,
    sharesAsAsked: false,
  };
}

/** Only a create becomes a container; renames, resizes, networks and volumes are counted otherwise. */
export function occupantOfReservation({ request, devices }: Pick<ReservationRecord, 'request' | 'devices'>): Occupant {
  return {
    id: '',
    names: request.name === '' ? [] : [request.name],
    swarmId: request.swarmId,
    image: request.image,
    labels: request.labels,
    ports: request.ports,
    hostModePorts: request.networkMode === 'host' ? request.exposedPorts : [],
    resources: resourcesOf(request, devices),
    sharesAsAsked: true,
  };
}

function resourcesOf(request: PlacementRequest, devices: readonly string[]): ContainerResources {
  const { memoryBytes, memoryReservationBytes, nanoCpus, cpuShares, cpusetCpus } = request;
  return { memoryBytes, memoryReservationBytes, nanoCpus, cpuShares, cpusetCpus, devices: [...devices] };
}
