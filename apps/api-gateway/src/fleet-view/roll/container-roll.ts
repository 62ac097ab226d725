import { type FleetContainer, newerFirst } from './fleet-container.ts';
import { blockMax, RollBlock } from './roll-block.ts';

/** New containers beyond this share of the roll are put in order with all others at once, instead of each by itself. */
const manyShare = 1 / 4;

/**
 * All containers that clients see, in the order of the container list, in blocks. What is new finds its place when somebody looks: a fleet that comes
 * is put in order once, and not by the first change of it.
 */
export class ContainerRoll {
  #blocks: RollBlock[] = [];
  #size = 0;
  /** Waiting for their places; each knows where it is here. */
  #added: FleetContainer[] = [];

  /** None of them is empty. */
  get blocks(): readonly RollBlock[] {
    this.#placeAdded();
    return this.#blocks;
  }

  *containers(): Generator<FleetContainer> {
    for (const { containers } of this.blocks) yield* containers;
  }

  add(container: FleetContainer): void {
    container.waitsAt = this.#added.push(container) - 1;
  }

  remove(container: FleetContainer): void {
    if (this.#isWaiting(container)) {
      this.#giveUp(container);
      return;
    }
    const at = this.#blockFor(container);
    const block = this.#blocks[at];
    const place = block?.placeOf(container) ?? 0;
    if (block?.containers[place] !== container) throw new Error(`container ${container.facts.id} is not in the roll`);
    block.containers.splice(place, 1);
    block.changed();
    this.#size -= 1;
    if (block.containers.length === 0) this.#blocks.splice(at, 1);
  }

  /** Another record of the same container. */
  replace(current: FleetContainer, next: FleetContainer): void {
    if (this.#isWaiting(current) || newerFirst(current, next) !== 0) {
      this.remove(current);
      this.add(next);
      return;
    }
    const block = this.#blocks[this.#blockFor(current)];
    if (block === undefined) throw new Error(`container ${current.facts.id} is not in the roll`);
    block.containers[block.placeOf(current)] = next;
    block.changed();
  }

  /** What the row of this container shows of its engine has changed. */
  touch(container: FleetContainer): void {
    if (!this.#isWaiting(container)) this.#blocks[this.#blockFor(container)]?.changed();
  }

  #isWaiting(container: FleetContainer): boolean {
    return this.#added[container.waitsAt] === container;
  }

  /** The last one takes its place among those that wait, so that nobody looks for it and nothing of it is kept. */
  #giveUp(container: FleetContainer): void {
    const last = this.#added.pop();
    if (last === undefined || last === container) return;
    this.#added[container.waitsAt] = last;
    last.waitsAt = container.waitsAt;
  }

  #placeAdded(): void {
    const added = this.#added;
    if (added.length === 0) return;
    this.#added = [];
    if (added.length < this.#size * manyShare) for (const container of added) this.#place(container);
    else this.#blocks = inBlocks([...this.#blocks.flatMap(({ containers }) => containers), ...added].sort(newerFirst));
    this.#size += added.length;
  }

  #place(container: FleetContainer): void {
    const at = this.#blockFor(container);
    const block = this.#blocks[at];
    if (block === undefined) {
      this.#blocks.push(new RollBlock([container]));
      return;
    }
    block.containers.splice(block.placeOf(container), 0, container);
    block.changed();
    if (block.containers.length > blockMax) this.#blocks.splice(at + 1, 0, block.split());
  }

  /** The last block whose first container does not come behind this one. */
  #blockFor(container: FleetContainer): number {
    let [low, high] = [0, this.#blocks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const first = this.#blocks[middle]?.containers[0];
      if (first !== undefined && newerFirst(first, container) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Half full, so that what comes next splits few of them. */
function inBlocks(containers: readonly FleetContainer[]): RollBlock[] {
  const blocks: RollBlock[] = [];
  for (let at = 0; at < containers.length; at += blockMax / 2)
    blocks.push(new RollBlock(containers.slice(at, at + blockMax / 2)));
  return blocks;
}
