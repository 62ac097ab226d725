import {
  type ContainerFacts,
  claimedPorts,
  labels,
  type NetworkFacts,
  type NodeRecord,
  ownerOf,
  type ReservationRecord,
  SharedTexts,
  type VolumeFacts,
} from '#contracts';
import { PortClaims } from '../ports/port-claims.ts';
import { EngineLoad, type LoadOptions } from './engine-load.ts';
import { NameIndex, type NamePlace } from './name-index.ts';
import { OwnerUsage, usageOfContainer, usageOfRequest } from './owner-usage.ts';

export type LocatedContainer = { readonly engine: string; readonly facts: ContainerFacts };

/** Docker makes these on every engine; they are nobody's. */
const predefinedNetworks: ReadonlySet<string> = new Set(['bridge', 'host', 'none']);

/** What all engines hold, with the indexes that go over engines: names, places and operations. Changed by the ledger only. */
export class FleetInventory {
  readonly containerNames = new NameIndex();
  readonly networkNames = new NameIndex();
  readonly portClaims = new PortClaims();
  readonly owners = new OwnerUsage();
  readonly texts = new SharedTexts();
  readonly members = new Set<string>();
  readonly nodes = new Map<string, NodeRecord>();
  readonly #engines = new Map<string, EngineLoad>();
  readonly #locations = new Map<string, string>();
  /** Containers by the operation that made them. The label can be inherited from a committed image: the first one seen counts. */
  readonly #operations = new Map<string, string>();
  readonly #options: LoadOptions;
  readonly #onUsage: (key: string) => void;

  constructor(options: LoadOptions, onUsage: (key: string) => void) {
    this.#options = options;
    this.#onUsage = onUsage;
  }

  /** The load of an engine, made when first spoken of. */
  load(key: string): EngineLoad {
    const known = this.#engines.get(key);
    if (known !== undefined) return known;
    const load = new EngineLoad(key, this.#options, () => this.#onUsage(key));
    this.#engines.set(key, load);
    return load;
  }

  engine(key: string): EngineLoad | undefined {
    return this.#engines.get(key);
  }

  engines(): Iterable<EngineLoad> {
    return this.#engines.values();
  }

  container(id: string): LocatedContainer | undefined {
    const engine = this.#locations.get(id);
    const facts = engine === undefined ? undefined : this.#engines.get(engine)?.container(id);
    return engine === undefined || facts === undefined ? undefined : { engine, facts };
  }

  containerOf(operation: string): LocatedContainer | undefined {
    const id = this.#operations.get(operation);
    return id === undefined ? undefined : this.container(id);
  }

  putContainer(key: string, facts: ContainerFacts): void {
    const load = this.load(key);
    const before = load.container(facts.id);
    if (before !== undefined) this.#unindex(key, before);
    load.putContainer(facts);
    this.#locations.set(facts.id, key);
    const operation = operationOf(facts);
    if (operation !== '' && this.containerOf(operation) === undefined) this.#operations.set(operation, facts.id);
    for (const name of facts.names) this.containerNames.add(name, placeOf(key, facts));
    const ports = claimedPorts(facts);
    if (ports.length > 0) {
      const holder = { engine: key, container: facts.id, name: facts.names[0] ?? '' };
      this.portClaims.put(holderKey(key, facts.id), holder, ports);
    }
    const owner = ownerOf(facts.labels);
    if (owner !== undefined) this.owners.put(holderKey(key, facts.id), owner, usageOfContainer(facts));
  }

  removeContainer(key: string, id: string): void {
    const load = this.#engines.get(key);
    const facts = load?.container(id);
    if (load === undefined || facts === undefined) return;
    this.#unindex(key, facts);
    load.removeContainer(id);
    if (this.#locations.get(id) === key) this.#locations.delete(id);
    const operation = operationOf(facts);
    if (this.#operations.get(operation) === id) this.#operations.delete(operation);
  }

  putNetwork(key: string, facts: NetworkFacts): void {
    this.removeNetwork(key, facts.id);
    this.load(key).putNetwork(facts);
    if (predefinedNetworks.has(facts.name)) return;
    this.networkNames.add(facts.name, networkPlace(key, facts.id));
    const owner = ownerOf(facts.labels);
    if (owner !== undefined) this.owners.put(holderKey(`${key} network`, facts.id), owner, { networks: 1 });
  }

  removeNetwork(key: string, id: string): void {
    const facts = this.#engines.get(key)?.removeNetwork(id);
    if (facts !== undefined) this.networkNames.remove(facts.name, networkPlace(key, id));
    this.owners.remove(holderKey(`${key} network`, id));
  }

  putVolume(key: string, facts: VolumeFacts): void {
    this.removeVolume(key, facts.name);
    this.load(key).putVolume(facts);
    const owner = ownerOf(facts.labels);
    if (owner !== undefined) this.owners.put(holderKey(`${key} volume`, facts.name), owner, { volumes: 1 });
  }

  removeVolume(key: string, name: string): void {
    this.#engines.get(key)?.removeVolume(name);
    this.owners.remove(holderKey(`${key} volume`, name));
  }

  /** Makes a reservation weigh on its engine and hold its name; the answer undoes that. */
  count(record: ReservationRecord): () => void {
    const { operation, container, name } = record;
    const names = record.kind === 'network' ? this.networkNames : this.containerNames;
    const place = { where: reserved, container, operation };
    names.add(name, place);
    const unload = this.load(record.engine).addHold(record);
    const stay = record.moves.map((moved) => this.load(moved.from).addLeaving(moved));
    if (record.kind === 'create') this.portClaims.put(holderKey(reserved, operation), record, record.request.ports);
    const owner = ownerOf(record.request.labels);
    const taken = usageOfRequest(record, this.container(container)?.facts);
    if (owner !== undefined) this.owners.put(holderKey(reserved, operation), owner, taken);
    return () => {
      unload();
      for (const undo of stay) undo();
      this.owners.remove(holderKey(reserved, operation));
      this.portClaims.remove(holderKey(reserved, operation));
      names.remove(name, place);
    };
  }

  /** What was reserved is on the engine. */
  fulfils(record: ReservationRecord): boolean {
    const load = this.#engines.get(record.engine);
    if (load === undefined) return false;
    switch (record.kind) {
      case 'create':
        return this.containerOf(record.operation) !== undefined;
      case 'rename':
        return load.container(record.container)?.names.includes(record.name) ?? false;
      case 'resize':
        return load.isResized(record);
      case 'network':
        return load.hasNetwork(record.name);
      case 'volume':
        return load.hasVolume(record.request.name);
      case 'move':
        return record.moves.every((moved) => load.hasMoved(moved));
    }
  }

  clear(): void {
    this.#engines.clear();
    this.#locations.clear();
    this.#operations.clear();
    this.containerNames.clear();
    this.networkNames.clear();
    this.portClaims.clear();
    this.owners.clear();
    this.members.clear();
    this.nodes.clear();
  }

  #unindex(key: string, facts: ContainerFacts): void {
    for (const name of facts.names) this.containerNames.remove(name, placeOf(key, facts));
    this.portClaims.remove(holderKey(key, facts.id));
    this.owners.remove(holderKey(key, facts.id));
  }
}

/** Stands where holders name their engine; no engine has this key, since keys of addresses have a port. */
const reserved = 'reservation';

function operationOf(facts: ContainerFacts): string {
  return facts.labels[labels.operation] ?? '';
}

function placeOf(engine: string, facts: ContainerFacts): NamePlace {
  return { where: engine, container: facts.id, operation: operationOf(facts) };
}

function networkPlace(engine: string, id: string): NamePlace {
  return { where: engine, container: id, operation: '' };
}

/** Keys of engines hold no blank, so no two holders share a key. */
function holderKey(where: string, id: string): string {
  return `${where} ${id}`;
}
