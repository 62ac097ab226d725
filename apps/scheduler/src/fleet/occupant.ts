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

/** A container, read from its facts when somebody asks: of 100,000 few are ever asked. */
export class ContainerOccupant implements Occupant {
  readonly #facts: ContainerFacts;
  readonly sharesAsAsked = false;

  constructor(facts: ContainerFacts) {
    this.#facts = facts;
  }

  get id(): string {
    return this.#facts.id;
  }

  get names(): readonly string[] {
    return this.#facts.names;
  }

  get swarmId(): string {
    return this.#facts.labels[labels.swarmId] ?? '';
  }

  get image(): string {
    return this.#facts.image;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.#facts.labels;
  }

  get ports(): readonly HeldPort[] {
    const { ports } = this.#facts;
    return ports.every(isBound) ? ports : ports.filter(isBound);
  }

  get hostModePorts(): readonly string[] {
    return this.#facts.networkMode === 'host' ? this.#facts.exposedPorts : none;
  }

  get resources(): ContainerResources {
    return this.#facts.resources;
  }
}

/** A class of its own has members that are not its properties: each is named. */
export function withoutPorts({ id, names, swarmId, image, labels, resources, sharesAsAsked }: Occupant): Occupant {
  return { id, names, swarmId, image, labels, resources, sharesAsAsked, ports: none, hostModePorts: none };
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
