import {
  type ContainerFacts,
  conditionOf,
  type EngineRecord,
  type EngineSight,
  type EngineState,
  formerIds,
  isMeant,
  isSettled,
  type MovedObject,
  type NetworkFacts,
  type NodeRecord,
  type ReservationRecord,
  type Stamp,
  supersedes,
  type VolumeFacts,
} from '#contracts';
import type { Candidate } from '../placement/candidate.ts';
import { policyOf } from '../rescheduling/reschedule-policy.ts';
import { EngineCandidate } from './engine-candidate.ts';
import { EngineUsage, type UsageOptions } from './engine-usage.ts';
import { ImageShelf } from './image-shelf.ts';
import { ObjectStamps } from './object-stamps.ts';
import { ContainerOccupant, occupantOfReservation } from './occupant.ts';
import { unusedObject } from './unused-object.ts';

export type LoadOptions = UsageOptions & {
  /** See contracts, `EngineSight.apiFloor`. */
  readonly apiFloor?: string;
};

/**
 * One engine as placement sees it: what it is, what it holds, and what all of that adds up to. Changed record by record;
 * nothing is summed up at decision time.
 */
export class EngineLoad {
  readonly key: string;
  readonly usage: EngineUsage;
  readonly networks = new Map<string, NetworkFacts>();
  readonly volumes = new Map<string, VolumeFacts>();
  readonly images = new ImageShelf();
  readonly stamps = new ObjectStamps();
  readonly options: LoadOptions;
  readonly #containers = new Map<string, ContainerFacts>();
  readonly #movable = new Set<string>();
  readonly #holds = new Map<string, ReservationRecord>();
  readonly #leaving = new Set<MovedObject>();
  #record: EngineRecord | undefined;
  #recordStamp: Stamp | undefined;
  #nodeRecord: NodeRecord | undefined;
  #candidate: Candidate | undefined;
  #isOwned = false;
  /** Worked out once a change: every placement asks. */
  #state: EngineState | undefined;

  /** `onUsage`: told of each change of what occupies the engine. */
  constructor(key: string, options: LoadOptions, onUsage: () => void) {
    this.key = key;
    this.options = options;
    this.usage = new EngineUsage(options, onUsage);
  }

  get record(): EngineRecord | undefined {
    return this.#record;
  }

  get nodeRecord(): NodeRecord | undefined {
    return this.#nodeRecord;
  }

  /** Placement's view of it; `undefined` until its daemon answered once, so that its name and capacity are known. */
  get candidate(): Candidate | undefined {
    return this.#candidate;
  }

  /** Its inventory is in the log, or it has failed: waiting longer brings nothing. */
  get isSettled(): boolean {
    return this.#sight !== undefined && isSettled(this.#sight);
  }

  /** As users see it: an engine behind an agent whose link is cut is disconnected, which is neither healthy nor dead. */
  get state(): EngineState {
    this.#state ??= this.#sight === undefined ? 'pending' : conditionOf(this.#sight).state;
    return this.#state;
  }

  get #sight(): EngineSight | undefined {
    const record = this.#record;
    if (record === undefined) return undefined;
    const owner = this.#isOwned ? record.monitor : undefined;
    const { apiFloor = '' } = this.options;
    return { address: record.address, record, owner, unownedSinceMs: undefined, apiFloor };
  }

  /** The name users see; the key until the daemon has told its own. */
  get node(): string {
    return this.#record?.identity?.name ?? this.key;
  }

  get availability(): NodeRecord['availability'] {
    return this.#nodeRecord?.availability ?? 'active';
  }

  /** False when a newer owner's word is known already. A record without identity keeps the last one. */
  setRecord(record: EngineRecord, sequence: number): boolean {
    const stamp = { epoch: record.epoch, sequence };
    if (!supersedes(stamp, this.#recordStamp)) return false;
    const identity = record.identity ?? this.#record?.identity;
    this.#record = identity === undefined ? record : { ...record, identity };
    this.#recordStamp = stamp;
    this.usage.setCpus(identity?.cpus ?? 0);
    this.#renewCandidate();
    return true;
  }

  forgetRecord(): void {
    this.#record = undefined;
    this.#recordStamp = undefined;
    this.#renewCandidate();
  }

  /** Whether anybody holds the engine's lease; false when that was known. */
  setOwned(isOwned: boolean): boolean {
    if (isOwned === this.#isOwned) return false;
    this.#isOwned = isOwned;
    this.#state = undefined;
    return true;
  }

  setNode(node: NodeRecord | undefined): void {
    this.#nodeRecord = node;
    this.#renewCandidate();
  }

  container(id: string): ContainerFacts | undefined {
    return this.#containers.get(id);
  }

  containers(): Iterable<ContainerFacts> {
    return this.#containers.values();
  }

  get hasMovable(): boolean {
    return this.#movable.size > 0;
  }

  /** Containers with a rescheduling policy that is not `off`. */
  *movable(): Iterable<ContainerFacts> {
    for (const id of this.#movable) {
      const facts = this.#containers.get(id);
      if (facts !== undefined) yield facts;
    }
  }

  putContainer(facts: ContainerFacts): void {
    this.#containers.set(facts.id, facts);
    this.usage.put(facts.id, new ContainerOccupant(facts));
    if (policyOf(facts) === 'off') this.#movable.delete(facts.id);
    else this.#movable.add(facts.id);
  }

  removeContainer(id: string): void {
    this.#containers.delete(id);
    this.#movable.delete(id);
    this.usage.remove(id);
  }

  putNetwork(facts: NetworkFacts): void {
    this.networks.set(facts.id, facts);
    this.usage.putGrouped(`network ${facts.id}`, facts.labels);
  }

  removeNetwork(id: string): NetworkFacts | undefined {
    const facts = this.networks.get(id);
    this.networks.delete(id);
    this.usage.removeGrouped(`network ${id}`);
    return facts;
  }

  putVolume(facts: VolumeFacts): void {
    this.volumes.set(facts.name, facts);
    this.usage.putGrouped(`volume ${facts.name}`, facts.labels);
  }

  removeVolume(name: string): void {
    this.volumes.delete(name);
    this.usage.removeGrouped(`volume ${name}`);
  }

  /** Reservations that weigh on this engine. */
  holds(): Iterable<ReservationRecord> {
    return this.#holds.values();
  }

  /** Makes a reservation weigh; the answer undoes that. */
  addHold(record: ReservationRecord): () => void {
    const key = `reservation ${record.operation}`;
    this.#holds.set(record.operation, record);
    if (record.kind === 'create') this.usage.put(key, occupantOfReservation(record));
    if (record.kind === 'resize') this.usage.putGrowth(key, record.container, occupantOfReservation(record));
    if (record.kind === 'network' || record.kind === 'volume') this.usage.putGrouped(key, record.request.labels);
    return () => {
      this.#holds.delete(record.operation);
      this.usage.remove(key);
      this.usage.removeGrouped(key);
    };
  }

  /** What a reservation brings to another engine is no longer this one's; the answer undoes that. */
  addLeaving(moved: MovedObject): () => void {
    this.#leaving.add(moved);
    return () => this.#leaving.delete(moved);
  }

  leaves(kind: MovedObject['kind'], id: string): boolean {
    for (const moved of this.#leaving) if (moved.kind === kind && moved.id === id) return true;
    return false;
  }

  /** `undefined` as well while it is not known what all of its containers use. */
  unused(kind: MovedObject['kind'], reference: string): MovedObject | undefined {
    return this.isSettled ? unusedObject(this, kind, reference) : undefined;
  }

  /** It was made anew here: a volume under its name, a network with the label that says which it was. */
  hasMoved({ kind, id }: MovedObject): boolean {
    return kind === 'volume'
      ? this.hasVolume(id)
      : [...this.networks.values()].some((network) => formerIds(network).includes(id));
  }

  /** The container has what a resize reserved for it. */
  isResized({ container, request }: ReservationRecord): boolean {
    const now = this.#containers.get(container)?.resources;
    if (now === undefined) return false;
    const sent = this.usage.sharesSent(request.cpuShares);
    return (
      now.memoryBytes === request.memoryBytes &&
      now.memoryReservationBytes === request.memoryReservationBytes &&
      now.nanoCpus === request.nanoCpus &&
      now.cpusetCpus === request.cpusetCpus &&
      now.cpuShares === sent
    );
  }

  hasNetwork(name: string): boolean {
    return [...this.networks.values()].some((network) => network.name === name);
  }

  hasVolume(name: string): boolean {
    return this.volumes.has(name);
  }

  /** A network or volume of this name is just being made here, or brought; a volume also by a container that mounts it (`-v name:/path`). */
  makes(kind: 'network' | 'volume', name: string): boolean {
    for (const { kind: held, request, moves } of this.#holds.values()) {
      if (moves.some((moved) => moved.kind === kind && isMeant({ ...moved, labels: {} }, name))) return true;
      if (held === kind && request.name === name) return true;
      if (kind === 'volume' && held === 'create' && request.volumes.includes(name)) return true;
    }
    return false;
  }

  #renewCandidate(): void {
    this.#state = undefined;
    const record = this.#record;
    const identity = record?.identity;
    this.#candidate = record === undefined || identity === undefined ? undefined : new EngineCandidate(this, record, identity);
  }
}
