import { type FleetContainer, newerFirst } from './fleet-container.ts';
import { blockMax, RollBlock } from './roll-block.ts';

/** All containers that clients see, in the order of the container list, in blocks. */
export class ContainerRoll {
  readonly #blocks: RollBlock[] = [];

  /** None of them is empty. */
  get blocks(): readonly RollBlock[] {
    return this.#blocks;
  }

  *containers(): Generator<FleetContainer> {
    for (const { containers } of this.#blocks) yield* containers;
  }

  add(container: FleetContainer): void {
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

  remove(container: FleetContainer): void {
    const at = this.#blockFor(container);
    const block = this.#blocks[at];
    const place = block?.placeOf(container) ?? 0;
    if (block?.containers[place] !== container) throw new Error(`container ${container.facts.id} is not in the roll`);
    block.containers.splice(place, 1);
    block.changed();
    if (block.containers.length === 0) this.#blocks.splice(at, 1);
  }

  /** Another record of the same container. */
  replace(current: FleetContainer, next: FleetContainer): void {
    if (newerFirst(current, next) !== 0) {
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
    this.#blocks[this.#blockFor(container)]?.changed();
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
