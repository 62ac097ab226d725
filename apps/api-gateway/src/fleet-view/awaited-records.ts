import type { RecordSubject } from '#contracts';
import { type Clock, within } from '#service-shell';
import type { FleetView } from './fleet-view.ts';

/** A container's record that is on its way into the log: its next one above this sequence. */
export type AwaitedRecord = { readonly engine: string; readonly container: string; readonly above: number };

type Waiting = AwaitedRecord & { readonly resolve: () => void };

/** Requests that are answered once the view has a container's next record. */
export class AwaitedRecords {
  readonly #clock: Clock;
  readonly #view: () => FleetView;
  /** By engine. */
  readonly #waiting = new Map<string, Set<Waiting>>();

  constructor(clock: Clock, view: () => FleetView) {
    this.#clock = clock;
    this.#view = view;
  }

  /** True once the view has it, or a later word of the container; false where neither has come within `maxMs`. */
  async shown(record: AwaitedRecord, maxMs: number): Promise<boolean> {
    if (this.#has(record)) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = { ...record, resolve };
    const all = this.#waiting.get(record.engine) ?? new Set();
    this.#waiting.set(record.engine, all.add(waiting));
    try {
      return await within(this.#clock, maxMs, promise);
    } finally {
      all.delete(waiting);
      if (all.size === 0 && this.#waiting.get(record.engine) === all) this.#waiting.delete(record.engine);
    }
  }

  /** The view has this now. */
  applied(changed: RecordSubject): void {
    if (this.#waiting.size === 0) return;
    if (changed.type === 'batch') {
      for (const waiting of this.#waiting.get(changed.key) ?? []) if (this.#has(waiting)) waiting.resolve();
    } else if (changed.type === 'object' && changed.kind === 'container') {
      for (const waiting of this.#waiting.get(changed.key) ?? [])
        if (waiting.container === changed.id && (this.#has(waiting) || this.#isGone(waiting))) waiting.resolve();
    }
  }

  #has({ engine, container, above }: AwaitedRecord): boolean {
    const held = this.#view().engine(engine)?.shelves.container.get(container);
    return held !== undefined && held.stamp.sequence > above;
  }

  /** Removed by what was applied just now, which came behind it. */
  #isGone({ engine, container }: AwaitedRecord): boolean {
    return this.#view().engine(engine)?.shelves.container.has(container) !== true;
  }
}
