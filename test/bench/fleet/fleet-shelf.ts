import { MeasuredFleet } from './measured-fleet.ts';
import type { ProductCosts } from './product-costs.ts';
import { type FleetSize, shownSize } from './size.ts';

/** What opening a fleet took: up to the moment when all of it was in the view. */
export type Opening = { readonly readyMs: number; readonly requests: number; readonly costs: ProductCosts };

/** The one fleet of a size that several cases measure; opened by the first. */
export class FleetShelf {
  readonly size: FleetSize;
  #open: Promise<{ readonly fleet: MeasuredFleet; readonly opening: Opening }> | undefined;

  constructor(size: FleetSize) {
    this.size = size;
  }

  get shownSize(): string {
    return shownSize(this.size);
  }

  async fleet(): Promise<MeasuredFleet> {
    return (await this.#opened()).fleet;
  }

  async opening(): Promise<Opening> {
    return (await this.#opened()).opening;
  }

  async close(): Promise<void> {
    // One that did not open has closed itself, and every case that wanted it has said why.
    const opened = await this.#open?.catch(() => undefined);
    await opened?.fleet.close();
  }

  #opened() {
    this.#open ??= this.#openNow();
    return this.#open;
  }

  async #openNow() {
    const { fleet, readyMs } = await MeasuredFleet.open(this.size);
    const { total: requests } = await fleet.engines.requests();
    return { fleet, opening: { readyMs, requests, costs: fleet.costs() } };
  }
}
