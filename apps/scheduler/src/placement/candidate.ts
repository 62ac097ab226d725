import type { EngineIdentity, MovedObject, NodeRecord } from '#contracts';

/** What affinity and dependency rules look at; reservations included. */
export type Resident = {
  /** Empty while it is only reserved. */
  readonly id: string;
  /** The first is its own. */
  readonly names: readonly string[];
  readonly swarmId: string;
  readonly labels: Readonly<Record<string, string>>;
};

/** One engine under judgement. Everything but `residents` is kept up to date by its owner, so judging costs no walk over containers. */
export interface Candidate {
  readonly key: string;
  readonly node: string;
  readonly address: string;
  /** 0–100 (spec 3.6); 0 = not to be used. */
  readonly health: number;
  readonly availability: NodeRecord['availability'];
  /** Daemon's labels and the operator's, the operator's first. */
  readonly labels: Readonly<Record<string, string>>;
  readonly identity: EngineIdentity;
  readonly usedMemoryBytes: number;
  readonly usedNanoCpus: number;
  /** Containers in every state, reserved ones included. */
  readonly containerCount: number;
  /** How many its label `containerslots` allows; `undefined` = any number. */
  readonly containerSlots: number | undefined;
  /** Addresses a host port is bound to; empty text, `0.0.0.0` and `::` = all. */
  portAddresses(hostPort: number, protocol: string): Iterable<string>;
  /** `80/tcp` opened on the host itself by a container in host mode. */
  hasHostModePort(port: string): boolean;
  /** Device ids held, and `driver:n` for counts. */
  heldDevices(): Iterable<string>;
  residents(): Iterable<Resident>;
  hasImage(reference: string): boolean;
  /** Ids, tags and repositories of all images, for affinity expressions. */
  imageNames(): Iterable<string>;
  /** By name or id (prefix); local scope only. */
  hasNetwork(reference: string): boolean;
  /** Local driver only. */
  hasVolume(name: string): boolean;
  /** A network or volume it has by `hasNetwork` or `hasVolume` that no container and no create is of, so that another engine can have it instead. */
  unused(kind: MovedObject['kind'], reference: string): MovedObject | undefined;
  hostsGroup(label: string, labelled: Readonly<Record<string, string>>): boolean;
}

/** By node name, by code units and not by locale: every scheduler must see the same order. */
export function inNodeOrder(one: Pick<Candidate, 'key' | 'node'>, other: Pick<Candidate, 'key' | 'node'>): number {
  if (one.node !== other.node) return one.node < other.node ? -1 : 1;
  return one.key < other.key ? -1 : 1;
}

/** Memory and processor time somebody asks of an engine. */
export type Demand = { readonly memoryBytes: number; readonly nanoCpus: number };

export type PlacementDemand = {
  readonly memoryBytes: number;
  readonly memoryReservationBytes: number;
  readonly nanoCpus: number;
  readonly cpuShares: number;
  readonly cpusetCpus: string;
};
