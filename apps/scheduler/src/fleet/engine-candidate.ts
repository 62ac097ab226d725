import {
  type EngineIdentity,
  type EngineRecord,
  type EngineState,
  healthDegree,
  type MovedObject,
  type NetworkFacts,
  type NodeRecord,
  networkMatcher,
  type VolumeFacts,
} from '#contracts';
import type { Candidate, Resident } from '../placement/candidate.ts';
import { slotsOf } from '../placement/filters/container-slots.filter.ts';
import type { EngineUsage, UsageOptions } from './engine-usage.ts';
import type { ImageShelf } from './image-shelf.ts';

/** The part of an engine's load that placement reads. */
export type CandidateLoad = {
  readonly key: string;
  readonly usage: EngineUsage;
  readonly networks: ReadonlyMap<string, NetworkFacts>;
  readonly volumes: ReadonlyMap<string, VolumeFacts>;
  readonly images: ImageShelf;
  readonly options: UsageOptions;
  readonly availability: NodeRecord['availability'];
  readonly nodeRecord: NodeRecord | undefined;
  readonly state: EngineState;
  makes(kind: 'network' | 'volume', name: string): boolean;
  leaves(kind: MovedObject['kind'], id: string): boolean;
  unused(kind: MovedObject['kind'], reference: string): MovedObject | undefined;
};

/** Placement's eyes on one engine: reads the load as it is at that moment, copies nothing. */
export class EngineCandidate implements Candidate {
  readonly #load: CandidateLoad;
  readonly #record: EngineRecord;
  readonly identity: EngineIdentity;
  readonly labels: Readonly<Record<string, string>>;
  readonly containerSlots: number | undefined;
  readonly #healthWhileHealthy: number;

  /** Made anew when the engine's record or its node's changes. */
  constructor(load: CandidateLoad, record: EngineRecord, identity: EngineIdentity) {
    this.#load = load;
    this.#record = record;
    this.identity = identity;
    this.labels = { ...identity.labels, ...load.nodeRecord?.labels };
    this.containerSlots = slotsOf(this.labels);
    const { failures, failureLimit } = record;
    this.#healthWhileHealthy = healthDegree({ state: 'healthy', failures, failureLimit });
  }

  get key(): string {
    return this.#load.key;
  }

  get node(): string {
    return this.identity.name;
  }

  get address(): string {
    return this.#record.address;
  }

  get health(): number {
    return this.#load.state === 'healthy' ? this.#healthWhileHealthy : 0;
  }

  get availability(): Candidate['availability'] {
    return this.#load.availability;
  }

  get usedMemoryBytes(): number {
    return this.#load.usage.memoryBytes;
  }

  get usedNanoCpus(): number {
    return this.#load.usage.nanoCpus;
  }

  get containerCount(): number {
    return this.#load.usage.containerCount;
  }

  portAddresses(hostPort: number, protocol: string): Iterable<string> {
    return this.#load.usage.portAddresses(hostPort, protocol);
  }

  hasHostModePort(port: string): boolean {
    return this.#load.usage.hostModePorts.has(port);
  }

  heldDevices(): Iterable<string> {
    return this.#load.usage.devices;
  }

  residents(): Iterable<Resident> {
    return this.#load.usage.occupants();
  }

  hasImage(reference: string): boolean {
    return this.#load.images.has(reference);
  }

  imageNames(): Iterable<string> {
    return this.#load.images.texts();
  }

  hasNetwork(reference: string): boolean {
    const isMeant = networkMatcher(reference);
    for (const network of this.#load.networks.values())
      if (network.scope === 'local' && isMeant(network) && !this.#load.leaves('network', network.id)) return true;
    return this.#load.makes('network', reference);
  }

  hasVolume(name: string): boolean {
    const volume = this.#load.volumes.get(name);
    if (volume === undefined || this.#load.leaves('volume', name)) return this.#load.makes('volume', name);
    return volume.driver === 'local';
  }

  unused(kind: MovedObject['kind'], reference: string): MovedObject | undefined {
    return this.health === 0 ? undefined : this.#load.unused(kind, reference);
  }

  hostsGroup(label: string, labelled: Readonly<Record<string, string>>): boolean {
    return this.#load.usage.hostsGroup(label, labelled);
  }
}
