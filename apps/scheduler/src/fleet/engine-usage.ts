import { labels } from '#contracts';
import type { Demand } from '../placement/candidate.ts';
import { CountedSet } from './counted-set.ts';
import { coresForShares, demandOf, sharesForCores } from './demand.ts';
import { type Occupant, withoutPorts } from './occupant.ts';

export type UsageOptions = {
  readonly cpuShares: 'cores' | 'shares';
  /** Labels whose equal values keep resources together; see `groupKey`. */
  readonly groupLabels: readonly string[];
};

/** A group an engine hosts: one label with one value, of one owner. A tenant's project is another's by the same name. */
function groupKey(label: string, value: string, labelled: Labels): string {
  return `${labelled[labels.owner] ?? ''} ${label}=${value}`;
}

type Labels = Readonly<Record<string, string>>;
type Counted = Demand & { readonly occupant: Occupant; readonly isGrowth: boolean };

const nothing: Demand = { memoryBytes: 0, nanoCpus: 0 };

/** Sums over what occupies one engine, kept up with every change. Reservations and containers weigh alike. */
export class EngineUsage {
  readonly #options: UsageOptions;
  readonly #onChange: () => void;
  readonly #counted = new Map<string, Counted>();
  readonly #grouped = new Map<string, readonly string[]>();
  /** `80/tcp` → addresses it is bound to. */
  readonly #ports = new Map<string, CountedSet<string>>();
  readonly hostModePorts = new CountedSet<string>();
  readonly devices = new CountedSet<string>();
  readonly #groups = new CountedSet<string>();
  #memoryBytes = 0;
  #nanoCpus = 0;
  #growths = 0;
  /** There by name alone, see `without`. */
  #gone: Occupant | undefined;
  #cpus = 0;

  /** `onChange`: told of each change of what occupies the engine, after it. */
  constructor(options: UsageOptions, onChange: () => void) {
    this.#options = options;
    this.#onChange = onChange;
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  get nanoCpus(): number {
    return this.#nanoCpus;
  }

  /** Containers in every state, reserved ones included. */
  get containerCount(): number {
    return this.#counted.size - this.#growths;
  }

  /** Containers and reservations for some, with their demand left out. */
  *occupants(): Iterable<Occupant> {
    for (const { occupant, isGrowth } of this.#counted.values()) if (!isGrowth) yield occupant;
    if (this.#gone !== undefined) yield this.#gone;
  }

  /** Addresses a host port is bound to; empty text or `0.0.0.0` or `::` = all. */
  portAddresses(hostPort: number, protocol: string): Iterable<string> {
    return this.#ports.get(`${hostPort}/${protocol}`) ?? [];
  }

  /** Something with this value of a group label, and the same owner, lives here or is on its way. */
  hostsGroup(label: string, labelled: Labels): boolean {
    const value = labelled[label] ?? '';
    return value !== '' && this.#groups.has(groupKey(label, value, labelled));
  }

  /** Shares that the engine was sent are parts of its processors: with another number of them everything is read anew. */
  setCpus(cpus: number): void {
    if (cpus === this.#cpus) return;
    this.#cpus = cpus;
    if (this.#options.cpuShares === 'shares') return;
    for (const [key, { occupant, isGrowth }] of Array.from(this.#counted))
      if (!isGrowth && occupant.resources.cpuShares !== 0) this.put(key, occupant);
  }

  /** CpuShares to send this engine for those a user gave. */
  sharesSent(asked: number): number {
    return this.#options.cpuShares === 'cores' ? sharesForCores(asked, this.#cpus) : asked;
  }

  /** The inverse. */
  sharesAsked(sent: number): number {
    return this.#options.cpuShares === 'cores' ? coresForShares(sent, this.#cpus) : sent;
  }

  put(key: string, occupant: Occupant): void {
    const { memoryBytes, nanoCpus } = this.#demand(occupant);
    this.#add(key, { occupant, memoryBytes, nanoCpus, isGrowth: false });
  }

  /** What a container will have more of than now. It is not counted as another container. */
  putGrowth(key: string, container: string, grown: Occupant): void {
    const now = this.#counted.get(container) ?? nothing;
    const then = this.#demand(grown);
    this.#add(key, {
      occupant: { ...grown, labels: {}, ports: [], hostModePorts: [] },
      memoryBytes: Math.max(0, then.memoryBytes - now.memoryBytes),
      nanoCpus: Math.max(0, then.nanoCpus - now.nanoCpus),
      isGrowth: true,
    });
  }

  remove(key: string): void {
    const counted = this.#counted.get(key);
    if (counted === undefined) return;
    this.#counted.delete(key);
    const { occupant, memoryBytes, nanoCpus, isGrowth } = counted;
    if (isGrowth) this.#growths -= 1;
    this.#memoryBytes -= memoryBytes;
    this.#nanoCpus -= nanoCpus;
    for (const port of occupant.ports) {
      const addresses = this.#ports.get(`${port.hostPort}/${port.protocol}`);
      addresses?.remove(port.ip);
      if (addresses?.size === 0) this.#ports.delete(`${port.hostPort}/${port.protocol}`);
    }
    for (const port of occupant.hostModePorts) this.hostModePorts.remove(port);
    for (const device of occupant.resources.devices) this.devices.remove(device);
    this.removeGrouped(key);
    this.#onChange();
  }

  /**
   * What it is once one of these has gone, the one that takes most; it stays an occupant by name and a member of its groups. `undefined` = there is none.
   * Of the others only ports are free, since they cannot all run with them: memory and devices they could have together.
   */
  without(isLeaving: (occupant: Occupant) => boolean): EngineUsage | undefined {
    const leaving = [...this.#counted.values()].filter(({ occupant }) => isLeaving(occupant)).toSorted(heavierFirst);
    const [gone] = leaving;
    if (gone === undefined) return undefined;
    const left = new EngineUsage(this.#options, () => undefined);
    left.#cpus = this.#cpus;
    left.#gone = gone.occupant;
    for (const [key, counted] of this.#counted) {
      if (!leaving.includes(counted)) left.#add(key, counted);
      else if (counted !== gone) left.#add(key, { ...counted, occupant: withoutPorts(counted.occupant) });
    }
    for (const group of this.#groups) left.#groups.add(group);
    return left;
  }

  /** Something that belongs to a group and takes nothing else: a network, a volume. */
  putGrouped(key: string, labelled: Labels): void {
    this.removeGrouped(key);
    const groups = this.#groupsOf(labelled);
    if (groups === undefined) return;
    this.#grouped.set(key, groups);
    for (const group of groups) this.#groups.add(group);
  }

  removeGrouped(key: string): void {
    const groups = this.#grouped.get(key);
    if (groups === undefined) return;
    for (const group of groups) this.#groups.remove(group);
    this.#grouped.delete(key);
  }

  /** `undefined` = none: nothing is made for what belongs to none. */
  #groupsOf(labelled: Labels): string[] | undefined {
    let groups: string[] | undefined;
    for (const label of this.#options.groupLabels) {
      const value = labelled[label];
      if (value) (groups ??= []).push(groupKey(label, value, labelled));
    }
    return groups;
  }

  #add(key: string, counted: Counted): void {
    this.remove(key);
    this.#counted.set(key, counted);
    const { occupant, memoryBytes, nanoCpus, isGrowth } = counted;
    if (isGrowth) this.#growths += 1;
    this.#memoryBytes += memoryBytes;
    this.#nanoCpus += nanoCpus;
    for (const port of occupant.ports) {
      const addresses = this.#ports.get(`${port.hostPort}/${port.protocol}`) ?? new CountedSet<string>();
      addresses.add(port.ip);
      this.#ports.set(`${port.hostPort}/${port.protocol}`, addresses);
    }
    for (const port of occupant.hostModePorts) this.hostModePorts.add(port);
    for (const device of occupant.resources.devices) this.devices.add(device);
    this.putGrouped(key, occupant.labels);
    this.#onChange();
  }

  #demand(occupant: Occupant): Demand {
    const { cpuShares } = this.#options;
    return demandOf(occupant.resources, { cpuShares, sharesAsAsked: occupant.sharesAsAsked, engineCpus: this.#cpus });
  }
}

function heavierFirst(one: Counted, other: Counted): number {
  const devices = ({ occupant }: Counted) => occupant.resources.devices.length;
  return devices(other) - devices(one) || other.memoryBytes - one.memoryBytes;
}
