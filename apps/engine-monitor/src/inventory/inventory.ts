import { hash } from 'node:crypto';
import { type ContainerFacts, encodeObject, type ObjectKind, subjects, type Touched } from '#contracts';
import type { Clock } from '#service-shell';
import type { EngineReader, ListedContainer, ListedKind } from './engine-reader.ts';
import type { RecordPublisher } from './record-publisher.ts';
import { SharedRun } from './shared-run.ts';
import { Slots } from './slots.ts';

/** Containers inspected at once in a reading of all: enough to hide the latency, not enough to keep users' calls waiting. */
const inspectionsMax = 8;
/** Single containers refreshed at once after events and calls; the rest waits. */
const refreshesMax = 16;
/** One slot queue per engine; beyond it a refresh is refused and the next resync mends it. */
const refreshesWaitingMax = 20_000;
/** A burst of events about images, networks or volumes makes one list call per this many ms. */
const listDebounceMs = 30;

/** A container's record waits this long for the record of a volume it brought; a list takes milliseconds. */
const volumesMaxMs = 1_000;

const listedKinds: readonly ListedKind[] = ['image', 'network', 'volume'];

/**
 * What one engine holds, read from it and published as records. Readings may overlap; the publisher keeps the newest word.
 * One refresh per object is under way at a time: calls made meanwhile share the next one.
 */
export class Inventory {
  readonly #engine: string;
  readonly #epoch: number;
  readonly #records: RecordPublisher;
  readonly #reader: () => EngineReader;
  readonly #clock: Clock;
  /** Digest of the list entry at the container's last inspection. */
  readonly #inspected = new Map<string, string>();
  readonly #containerRuns = new Map<string, SharedRun<void>>();
  readonly #listRuns: { readonly [K in ListedKind]: SharedRun<void> };
  readonly #debounced = new Map<ListedKind, Promise<void>>();
  readonly #inspections = new Slots(inspectionsMax, Number.POSITIVE_INFINITY);
  readonly #refreshes = new Slots(refreshesMax, refreshesWaitingMax);

  constructor(parts: {
    readonly engine: string;
    readonly epoch: number;
    readonly records: RecordPublisher;
    /** The engine as it is connected now. */
    readonly reader: () => EngineReader;
    readonly clock: Clock;
  }) {
    this.#engine = parts.engine;
    this.#epoch = parts.epoch;
    this.#records = parts.records;
    this.#reader = parts.reader;
    this.#clock = parts.clock;
    this.#listRuns = {
      image: new SharedRun(() => this.#readList('image')),
      network: new SharedRun(() => this.#readList('network')),
      volume: new SharedRun(() => this.#readList('volume')),
    };
  }

  /** Up to where the log has what was read so far. */
  get sequence(): number {
    return this.#records.sequence;
  }

  /** Everything, every container inspected: after a connect nothing that was known counts. */
  async readAll(): Promise<void> {
    this.#inspected.clear();
    await this.resync();
  }

  /** All lists; containers are inspected where their list entry is new or changed. */
  async resync(): Promise<void> {
    const stamp = this.#records.stamp();
    await Promise.all([this.#readContainers(stamp), ...listedKinds.map((kind) => this.#listRuns[kind].run())]);
    this.#records.forgetDeleted(stamp);
  }

  /** Re-reads what is named, at once. Resolves with a sequence at which the log has it all. */
  async refresh(touched: Touched): Promise<number> {
    const runs = touched.containers.map((reference) => this.#refreshContainer(reference));
    if (touched.images) runs.push(this.#listRuns.image.run());
    if (touched.networks) runs.push(this.#listRuns.network.run());
    if (touched.volumes) runs.push(this.#listRuns.volume.run());
    await Promise.all(runs);
    return this.#records.sequence;
  }

  /** Like `refresh`, but bursts share one list call. For events. */
  async refreshSoon(touched: Touched): Promise<void> {
    const runs = touched.containers.map((reference) => this.#refreshContainer(reference));
    if (touched.images) runs.push(this.#listSoon('image'));
    if (touched.networks) runs.push(this.#listSoon('network'));
    if (touched.volumes) runs.push(this.#listSoon('volume'));
    await Promise.all(runs);
  }

  #listSoon(kind: ListedKind): Promise<void> {
    const waiting = this.#debounced.get(kind);
    if (waiting !== undefined) return waiting;
    const soon = new Promise<void>((resolve) => {
      this.#clock.after(listDebounceMs, resolve);
    }).then(() => {
      this.#debounced.delete(kind);
      return this.#listRuns[kind].run();
    });
    this.#debounced.set(kind, soon);
    return soon;
  }

  async #readList<K extends ListedKind>(kind: K): Promise<void> {
    const stamp = this.#records.stamp();
    const listed = await this.#reader().list(kind);
    const records = new Map<string, Uint8Array>();
    for (const { facts, summary } of listed) {
      const id = 'id' in facts ? facts.id : facts.name;
      records.set(
        this.#subject(kind, id),
        encodeObject<ListedKind>({ engine: this.#engine, epoch: this.#epoch, facts, summary }),
      );
    }
    await this.#records.replace(`engine.${this.#engine}.${kind}.`, records, stamp);
  }

  async #readContainers(stamp: number): Promise<void> {
    const listed = await this.#reader().listContainers();
    const unchanged = new Set<string>();
    const records = new Map<string, Uint8Array>();
    const inspections = listed.map(async (entry) => {
      const subject = this.#subject('container', entry.id);
      if (this.#inspected.get(entry.id) === digestOf(entry)) {
        unchanged.add(subject);
        return;
      }
      const record = await this.#inspections.use(() => this.#inspect(entry));
      if (record !== undefined) records.set(subject, record);
    });
    await Promise.all(inspections);
    const present = new Set(listed.map(({ id }) => id));
    for (const id of this.#inspected.keys()) if (!present.has(id)) this.#inspected.delete(id);
    await this.#records.replace(`engine.${this.#engine}.container.`, records, stamp, unchanged);
  }

  /** The record of a listed container; `undefined` when it went away meanwhile. */
  async #inspect(entry: ListedContainer): Promise<Uint8Array | undefined> {
    const found = await this.#reader().inspectContainer(entry.id);
    return found === undefined ? undefined : this.#encode(entry, this.#reader().containerFacts(entry.summary, found.document));
  }

  #refreshContainer(reference: string): Promise<void> {
    let run = this.#containerRuns.get(reference);
    if (run === undefined) {
      run = new SharedRun(() => this.#refreshes.use(() => this.#readContainer(reference)));
      this.#containerRuns.set(reference, run);
    }
    const shared = run;
    return shared.run().finally(() => {
      if (shared.idle) this.#containerRuns.delete(reference);
    });
  }

  /**
   * Inspect first, then list: daemons announce some changes before their list shows them, and an inspect waits for the
   * container's lock until it does. A container that is gone (AutoRemove) is a deleted record, not an error.
   */
  async #readContainer(reference: string): Promise<void> {
    const stamp = this.#records.stamp();
    const reader = this.#reader();
    const found = await reader.inspectContainer(reference);
    const id = found?.id ?? reference;
    const subject = this.#subject('container', id);
    const listed = found === undefined ? undefined : (await reader.listContainers(id)).find((entry) => entry.id === id);
    if (found === undefined || listed === undefined) {
      this.#inspected.delete(id);
      await this.#records.remove(subject, stamp);
      return;
    }
    const facts = reader.containerFacts(listed.summary, found.document);
    // Before the container's own record, which ends the hold on the name of a volume that came into being with it.
    if (facts.mounts.some((mount) => this.#isUnknownVolume(mount))) await this.#volumesSoon();
    await this.#records.put(subject, this.#encode(listed, facts), stamp);
  }

  /** A list that fails or takes long (a volume driver that is away) must not keep the container waiting: the next resync reads it. */
  async #volumesSoon(): Promise<void> {
    let cancel: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      cancel = this.#clock.after(volumesMaxMs, resolve);
    });
    await Promise.race([Promise.allSettled([this.#listRuns.volume.run()]), late]);
    cancel();
  }

  #isUnknownVolume({ type, name }: ContainerFacts['mounts'][number]): boolean {
    return type === 'volume' && name !== '' && !this.#records.has(this.#subject('volume', name));
  }

  #encode(entry: ListedContainer, facts: ContainerFacts): Uint8Array {
    this.#inspected.set(entry.id, digestOf(entry));
    return encodeObject<'container'>({ engine: this.#engine, epoch: this.#epoch, facts, summary: entry.summary });
  }

  #subject(kind: ObjectKind, id: string): string {
    return subjects[kind](this.#engine, id);
  }
}

function digestOf(entry: ListedContainer): string {
  return hash('sha1', entry.summary);
}
