import type { RecordSubject } from '#contracts';
import { type Clock, within } from '#service-shell';
import type { FleetView } from './fleet-view.ts';

/** A container's record that is on its way into the log: its next one above this sequence. */
export type AwaitedRecord = { readonly engine: string; readonly container: string; readonly above: number };

type Waiting = AwaitedRecord & { readonly resolve: () => void };

/** How far the log was read. */
export type ReadLog = { readonly view: FleetView; readonly sequence: number };

/** Requests that are answered once the view has a container's next record. */
export class AwaitedRecords {
  readonly #clock: Clock;
  readonly #read: () => ReadLog;
  /** By engine. */
  readonly #waiting = new Map<string, Set<Waiting>>();

  constructor(clock: Clock, read: () => ReadLog) {
    this.#clock = clock;
    this.#read = read;
  }

  /** True once the view has it, or a later word of the container; false where neither has come within `maxMs`. */
  async shown(record: AwaitedRecord, maxMs: number): Promise<boolean> {
    if (this.#has(record) || this.#isGone(record)) return true;
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

  /** The view has this entry now. */
  applied(changed: RecordSubject, sequence: number): void {
    if (this.#waiting.size === 0) return;
    if (changed.type === 'batch') {
      for (const waiting of this.#waiting.get(changed.key) ?? []) if (this.#has(waiting)) waiting.resolve();
    } else if (changed.type === 'object' && changed.kind === 'container') {
      for (const waiting of this.#waiting.get(changed.key) ?? [])
        if (waiting.container === changed.id && sequence > waiting.above) waiting.resolve();
    }
  }

  #has({ engine, container, above }: AwaitedRecord): boolean {
    const held = this.#read().view.engine(engine)?.shelves.container.get(container);
    return held !== undefined && held.stamp.sequence > above;
  }

  /** The log had a record, and the view has none any more: the next one came and went. */
  #isGone({ engine, container, above }: AwaitedRecord): boolean {
    const { view, sequence } = this.#read();
    return above > 0 && sequence >= above && view.engine(engine)?.shelves.container.has(container) !== true;
  }
}
