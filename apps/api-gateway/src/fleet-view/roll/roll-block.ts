import { type FleetContainer, newerFirst } from './fleet-container.ts';
import { TextSignature } from './text-signature.ts';

/** Rows that are made and sent together: some 200 kB. More would be copied for one that changes, fewer mean more writes for a list. */
export const blockMax = 128;

/** A run of the roll. */
export class RollBlock {
  readonly containers: FleetContainer[];
  /** The rows of all, joined by commas, as they were sent last; the reader of the roll makes and keeps them here. */
  rows: Buffer | undefined;
  /** Until when `rows` are right, by the gateway's clock; 0 = a container or its engine has changed since. */
  rowsUntilMs = 0;
  #names: TextSignature | undefined;

  constructor(containers: FleetContainer[]) {
    this.containers = containers;
  }

  /** The place of this container, or where it would go. */
  placeOf(container: FleetContainer): number {
    let [low, high] = [0, this.containers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.containers[middle];
      if (other !== undefined && newerFirst(other, container) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  changed(): void {
    this.rowsUntilMs = 0;
    this.#names = undefined;
  }

  /** Has one of the containers a name with this text in it? `runs` are the `runsOf` the text. */
  hasName(text: string, runs: readonly number[]): boolean {
    this.#names ??= new TextSignature(this.containers.flatMap(({ facts }) => facts.names));
    return this.#names.contains(text, runs);
  }

  /** The second half as a block of its own. */
  split(): RollBlock {
    this.changed();
    return new RollBlock(this.containers.splice(this.containers.length >>> 1));
  }
}
