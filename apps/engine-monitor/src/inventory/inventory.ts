import { BaleenError, type ObjectKind, type ObjectRecord, objectId, subjects, type Touched } from '#contracts';
import type { KnownFacts } from '#docker-api';
import { type Clock, within } from '#service-shell';
import { ContainerReading, type ReadContainer } from './container-reading.ts';
import { ContainerRefresh } from './container-refresh.ts';
import type { EngineReader, ListedContainer, ListedKind } from './engine-reader.ts';
import type { EventRefresh } from './event-refresh.ts';
import type { InspectionBudget } from './inspection-budget.ts';
import { OddRows, type WarnOfOdd } from './odd-rows.ts';
import type { RecordPublisher } from './record-publisher.ts';
import { RefreshRuns } from './refresh-runs.ts';
import type { Sending } from './sendings.ts';
import { Slots } from './slots.ts';
import type { StandingRecords } from './standing-records.ts';

/** A container's record waits this long for the record of a volume it brought; a list takes milliseconds. */
const volumesMaxMs = 1_000;

/**
 * Containers inspected at once in a reading of all: enough to hide the latency, not enough to keep users' calls waiting. A few are inspected
 * one after the other, for which no connections are opened.
 */
const inspectionsMax = 8;

/** In the order in which a reading of all lists them: volumes last, whose drivers may hang. */
const listedKinds: readonly ListedKind[] = ['network', 'image', 'volume'];

export type InventoryParts = {
  readonly engine: string;
  readonly epoch: number;
  readonly records: RecordPublisher;
  /** The engine as it is connected now. */
  readonly reader: () => EngineReader;
  readonly clock: Clock;
  readonly inspections: Pick<InspectionBudget, 'take'>;
  /** Wall clock of the daemon as far as it is known. */
  readonly engineNowMs: () => number;
  /** Told once of an object whose list entry or inspection is not as it should be. */
  readonly onOdd: WarnOfOdd;
  /** When an earlier owner's last complete reading began. */
  readonly readAtMs: number | undefined;
};

/**
 * What one engine holds, read from it and published as records. Readings may overlap; the publisher keeps the newest word.
 * One refresh per object is under way at a time: calls made meanwhile share the next one.
 */
export class Inventory {
  readonly #parts: InventoryParts;
  readonly #oddRows: OddRows;
  readonly #containers: ContainerReading;
  #runs: RefreshRuns;
  #readAtMs: number | undefined;
  /** Its containers were recorded before, whatever became of the other lists. */
  #isMet: boolean;

  constructor(parts: InventoryParts) {
    this.#parts = parts;
    this.#oddRows = new OddRows(parts.onOdd);
    this.#containers = new ContainerReading(parts);
    this.#runs = this.#newRuns();
    this.#readAtMs = parts.readAtMs;
    this.#isMet = parts.readAtMs !== undefined;
  }

  /** Up to where the log has what was read so far. */
  get sequence(): number {
    return this.#parts.records.sequence;
  }

  /** Wall clock when the last reading of everything that succeeded began: all records are at least as new. */
  get readAtMs(): number | undefined {
    return this.#readAtMs;
  }

  /** Records that an earlier owner left: a container's holds while its list entry says nothing new. */
  adopt(objects: StandingRecords['objects']): void {
    for (const { record } of objects.values())
      if (record?.kind === 'container') this.#containers.adopt(record as ObjectRecord<'container'>);
  }

  /** Events may have been missed, some of which no list entry shows: what is known is inspected again, bit by bit. */
  doubt(): void {
    this.#containers.known.doubt();
  }

  /** `resync` over a new connection. */
  readAll(): Promise<BaleenError | undefined> {
    // Readings over the connection before may hang until their deadlines; nothing new waits behind them.
    this.#runs = this.#newRuns();
    return this.resync();
  }

  /**
   * All lists; containers are inspected where their list entry says something new, as far as the budget goes. Rejects when the daemon does not answer or refuses
   * the list of containers, and when the log refuses. Resolves with the error when it refuses another list: that kind stays as it was.
   */
  async resync(): Promise<BaleenError | undefined> {
    const { records, clock } = this.#parts;
    const stamp = records.stamp();
    const beganAtMs = clock.nowMs();
    // One list after the other, over one connection.
    const listed = this.#containers.list();
    const reading = [
      listed.then((entries) => this.#recordContainers(entries, stamp)),
      listed.then(() => this.#readLists()),
    ] as const;
    // Both to their ends, or a retry would overlap with the rest of this one.
    const [containers, lists] = await Promise.allSettled(reading);
    for (const end of [containers, lists]) if (end.status === 'rejected') throw end.reason;
    const refused = lists.status === 'fulfilled' ? lists.value : undefined;
    if (refused === undefined) this.#readAtMs = beganAtMs;
    records.forgetDeleted(stamp);
    if (records.isScattered) await records.tidy();
    return refused;
  }

  /** Removes every record of what the engine holds: another member shows it. */
  async withdraw(): Promise<void> {
    const { engine, records } = this.#parts;
    const stamp = records.stamp();
    this.#containers.keepOnly([]);
    this.#readAtMs = undefined;
    const kinds: readonly ObjectKind[] = ['container', ...listedKinds];
    await Promise.all(kinds.map((kind) => records.replace(`engine.${engine}.${kind}.`, new Map(), stamp)));
    await records.tidy();
  }

  /** Re-reads what is named, at once. Resolves with a sequence at which the log has it all. */
  async refresh(touched: Touched): Promise<number> {
    await this.#runs.refresh(touched);
    return this.#parts.records.sequence;
  }

  /** `refresh` of a container that a call of ours made, or has just started; `made`: what is known of it beside its list entry. */
  async refreshChanged(container: string, made?: KnownFacts): Promise<number> {
    if (made !== undefined) this.#containers.known.made(container, made);
    await this.#runs.refreshChanged(container);
    return this.#parts.records.sequence;
  }

  /** Of the container's next record that a reading from now on brings. */
  sendingOf(container: string): Sending {
    const { records } = this.#parts;
    return records.sendings.next(this.#subject('container', container), records.stamp());
  }

  /** Like `refresh`, but beside the refreshes that clients wait for, and bursts share one list call. For events. */
  refreshSoon(implied: Pick<EventRefresh, 'touched' | 'tells'>): Promise<void> {
    return this.#runs.refreshSoon(implied);
  }

  /** Since the last reading of all, 0 while each of them was refused a list; `undefined` = there was none. */
  #restMs(): number | undefined {
    if (!this.#isMet) return undefined;
    return this.#readAtMs === undefined ? 0 : Math.max(0, this.#parts.clock.nowMs() - this.#readAtMs);
  }

  #newRuns(): RefreshRuns {
    const { engine, records, clock } = this.#parts;
    const volumesSoon = () => this.#volumesSoon();
    return new RefreshRuns({
      clock,
      containers: new ContainerRefresh({ engine, records, containers: this.#containers, clock, volumesSoon }),
      readList: (kind) => this.#readList(kind),
    });
  }

  /** One after the other. Resolves with the first refusal, which keeps no other kind from being read. */
  async #readLists(): Promise<BaleenError | undefined> {
    const refusals: BaleenError[] = [];
    for (const kind of listedKinds) await this.#runs.lists[kind].run().catch((error: unknown) => refusals.push(refusal(error)));
    return refusals[0];
  }

  async #readList<K extends ListedKind>(kind: K): Promise<void> {
    const { engine, epoch, records: publisher, reader } = this.#parts;
    const stamp = publisher.stamp();
    const rows = this.#oddRows.listing(kind);
    const listed = await reader().list(kind, rows.onOdd);
    const records = new Map<string, ObjectRecord>();
    const ids = listed.map(({ facts, summary }) => {
      const id = objectId(facts);
      records.set(this.#subject(kind, id), { kind, epoch, facts, summary });
      return id;
    });
    rows.settle(ids);
    await publisher.replace(`engine.${engine}.${kind}.`, records, stamp);
  }

  async #recordContainers(listed: readonly ListedContainer[], stamp: number): Promise<void> {
    const { engine, records: publisher, inspections: budget } = this.#parts;
    const { lastWords } = this.#containers;
    const { inspect, unchanged } = this.#containers.known.plan(listed);
    const inspected = new Set(inspect.slice(0, budget.take(inspect.length, this.#restMs())).map(({ id }) => id));
    const inspections = new Slots(Math.min(inspectionsMax, Math.ceil(inspected.size / inspectionsMax)), Number.POSITIVE_INFINITY);
    const read = new Map<string, ReadContainer>();
    const kept = new Set<string>();
    const readings = listed.map(async (entry) => {
      const subject = this.#subject('container', entry.id);
      if (!inspected.has(entry.id) && unchanged.has(entry.id) && !lastWords.isUnsettled(entry.id)) {
        kept.add(subject);
        return;
      }
      const record = inspected.has(entry.id)
        ? await inspections.use(() => this.#containers.read(entry))
        : this.#containers.recordListed(entry);
      if (record !== undefined) read.set(subject, record);
    });
    await Promise.all(readings);
    this.#containers.keepOnly(listed);
    for (const [subject, { facts }] of read) {
      if (!lastWords.isOutdated(facts.id, stamp)) continue;
      read.delete(subject);
      kept.add(subject);
    }
    const ids = [...read.values()].map(({ facts }) => facts.id);
    await lastWords.write(ids, stamp, () => publisher.replace(`engine.${engine}.container.`, read, stamp, kept));
    for (const [subject, record] of read) {
      // What a newer reading has not found is not in the log: to be known it must be read again.
      if (publisher.has(subject) && !lastWords.isOutdated(record.facts.id, stamp)) this.#containers.published(record);
    }
    this.#isMet = true;
  }

  /** A list that fails or takes long (a volume driver that is away) must not keep the container waiting: the next resync reads it. */
  async #volumesSoon(): Promise<void> {
    await within(this.#parts.clock, volumesMaxMs, Promise.allSettled([this.#runs.lists.volume.run()]));
  }

  #subject(kind: ObjectKind, id: string): string {
    return subjects[kind](this.#parts.engine, id);
  }
}

/** An answer that is an error or rubbish comes from a living daemon; anything else is thrown on. */
function refusal(error: unknown): BaleenError {
  if (error instanceof BaleenError && error.code === 'engine/bad-answer') return error;
  throw error;
}
