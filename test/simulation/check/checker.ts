import { operationOf, type SimContainer, type SimEngine } from '../fleet/sim-engine.ts';

/** Label by which a client's create is known, however often Baleen places it. */
export const createLabel = 'sim.create';

/** Watches the engines, where the truth is: every change is judged when it happens. */
export class Checker {
  readonly violations: string[] = [];
  readonly #engines: () => readonly SimEngine[];
  readonly #note: (line: string) => void;
  readonly #madeBy = new Map<string, SimContainer>();
  #isLogLost = false;

  constructor(engines: () => readonly SimEngine[], note: (line: string) => void) {
    this.#engines = engines;
    this.#note = note;
  }

  violated(what: string): void {
    this.violations.push(what);
    this.#note(`VIOLATION ${what}`);
  }

  created(engine: SimEngine, container: SimContainer): void {
    this.#note(`${engine.identity.name} made ${shown(container)}`);
    const operation = operationOf(container);
    const earlier = this.#madeBy.get(operation);
    if (operation === '') this.violated(`container ${container.name} has no operation`);
    else if (earlier !== undefined && !this.#isBeyondRecall(container, earlier))
      this.violated(`operation ${operation.slice(0, 6)} made two containers, ${shown(earlier)} and ${shown(container)}`);
    this.#madeBy.set(operation, container);
    this.#oneOfItsCreate(container);
    this.#oneOfItsName(container);
    this.#fits(engine);
  }

  renamed(engine: SimEngine, container: SimContainer): void {
    this.#note(`${engine.identity.name} renamed ${shown(container)}`);
    this.#oneOfItsName(container);
  }

  /**
   * The log was lost with all its reservations and names. What was in flight then, or lives on an engine that has not reported
   * again, is unknown to the next leader: names, capacity and copies over engines are not vouched for in such a world.
   */
  logLost(): void {
    this.#isLogLost = true;
  }

  get isLogLost(): boolean {
    return this.#isLogLost;
  }

  /** A create that was acknowledged exists, unless somebody asked for its removal. */
  exists(id: string, isRemovalAsked: boolean): void {
    if (!isRemovalAsked && !this.#live().some((container) => container.id === id))
      this.violated(`acknowledged container ${id.slice(0, 6)} does not exist`);
  }

  /**
   * An engine that stalls keeps a try whose monitor has died, and carries it out when a later try's container has been made and removed: no label
   * and no name tells the daemon by then (docs/architecture.md).
   */
  #isBeyondRecall({ isOrphan }: SimContainer, earlier: SimContainer): boolean {
    return isOrphan && !this.#live().includes(earlier);
  }

  #oneOfItsCreate(container: SimContainer): void {
    const create = container.labels[createLabel];
    const copies = this.#live().filter((other) => other.labels[createLabel] === create);
    if (copies.length > 1 && !this.#isLogLost)
      this.violated(`create ${create} has ${copies.length} containers: ${copies.map(shown).join(', ')}`);
  }

  #oneOfItsName({ name }: SimContainer): void {
    const namesakes = this.#live().filter((other) => other.name === name);
    if (namesakes.length > 1 && !this.#isLogLost)
      this.violated(`${namesakes.length} containers are called ${name}: ${namesakes.map(shown).join(', ')}`);
  }

  #fits(engine: SimEngine): void {
    if (this.#isLogLost) return;
    const containers = [...engine.containers.values()];
    const memoryBytes = containers.reduce((sum, container) => sum + container.memoryBytes, 0);
    if (memoryBytes > engine.identity.memoryBytes)
      this.violated(`${engine.identity.name} has ${memoryBytes} of ${engine.identity.memoryBytes} bytes taken`);
    const ports = containers.flatMap((container) => container.hostPorts);
    const twice = ports.find((port, index) => ports.indexOf(port) !== index);
    if (twice !== undefined) this.violated(`${engine.identity.name} has port ${twice} taken twice`);
  }

  #live(): SimContainer[] {
    return this.#engines().flatMap((engine) => [...engine.containers.values()]);
  }
}

function shown(container: SimContainer): string {
  return `${container.name}#${container.id.slice(0, 6)}(create ${container.labels[createLabel]}, op ${operationOf(container).slice(0, 6)}, ${container.memoryBytes} B)`;
}
