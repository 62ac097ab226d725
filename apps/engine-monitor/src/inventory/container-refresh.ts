import { type ContainerFacts, subjects } from '#contracts';
import { type Clock, sleep } from '#service-shell';
import type { ContainerReading, ReadContainer } from './container-reading.ts';
import type { ListedContainer } from './engine-reader.ts';
import type { StateTold } from './event-refresh.ts';
import { GatheredList } from './gathered-list.ts';
import type { RecordPublisher } from './record-publisher.ts';

/** Within this a daemon's list shows what it announced, where no inspection waits for that; 20.10 was seen to take some 10 ms. */
const listLagMs = 300;
/** Containers that one request names by their ids, 5 kB of its line; where more are wanted at once, all are listed. */
const gatheredMax = 64;

export type ContainerRefreshParts = {
  readonly engine: string;
  readonly records: Pick<RecordPublisher, 'stamp' | 'put' | 'remove' | 'has'>;
  readonly containers: ContainerReading;
  readonly clock: Clock;
  /** Reads the volumes; resolves after a while in any case. */
  readonly volumesSoon: () => Promise<void>;
};

/** Reads single containers over one connection and puts their records into the log, or finds that those say it all. */
export class ContainerRefresh {
  readonly #parts: ContainerRefreshParts;
  readonly #gathered: GatheredList;

  constructor(parts: ContainerRefreshParts) {
    this.#parts = parts;
    const { records, containers } = parts;
    this.#gathered = new GatheredList(async (ids) => {
      const stamp = records.stamp();
      const listed = await containers.list(ids.length > gatheredMax ? undefined : ids);
      return { stamp, byId: new Map(listed.map((entry) => [entry.id, entry])) };
    });
  }

  /** Its list entry tells all that is new of it, mostly: what the call answered, the list shows. */
  async readChanged(id: string): Promise<void> {
    const { records, containers } = this.#parts;
    const stamp = records.stamp();
    const listed = await this.#listed(id);
    const record = listed && containers.recordChanged(listed);
    if (record === undefined) return this.readWhole(id);
    await this.#put(id, record, stamp);
  }

  /**
   * After an event that told of its state: a list entry that agrees with the event is not behind it. Most say what is known, or what follows
   * from it; resolves with how to read the container whole where this one does not.
   */
  async readTold(id: string, tells: StateTold): Promise<(() => Promise<void>) | undefined> {
    const { containers } = this.#parts;
    const { stamp, byId } = await this.#gathered.ask(id);
    const entry = byId.get(id);
    const record = entry && containers.recordTold(entry, tells);
    if (record === undefined) return () => this.readWhole(id, entry && { entry, stamp });
    if (record === 'known') containers.lastWords.confirm(id, stamp);
    else await this.#put(id, record, stamp);
    return undefined;
  }

  /**
   * Inspect first, then list: daemons announce some changes before their list shows them, and an inspect waits for the container's lock until
   * it does. An entry that was `listed` before and says what the inspection says needs no other. A container that is gone (AutoRemove) is a
   * deleted record, not an error.
   */
  async readWhole(reference: string, listed?: { readonly entry: ListedContainer; readonly stamp: number }): Promise<void> {
    const { engine, records, containers, clock } = this.#parts;
    const stamp = records.stamp();
    const inspection = await containers.inspect(reference);
    if (inspection !== undefined && listed !== undefined) {
      const record = containers.record(listed.entry, inspection);
      if (containers.agrees(record)) return this.#put(listed.entry.id, record, listed.stamp);
    }
    // The failure came at once: what the event announced may not be in the list yet.
    if (inspection !== undefined && 'failure' in inspection) await sleep(clock, listLagMs);
    const id = inspection !== undefined && 'id' in inspection ? inspection.id : reference;
    const entry = inspection && (await this.#listed(id));
    if (inspection === undefined || entry === undefined) {
      containers.forget(id);
      await records.remove(subjects.container(engine, id), stamp);
      return;
    }
    await this.#put(id, containers.record(entry, inspection), stamp);
  }

  async #listed(id: string): Promise<ListedContainer | undefined> {
    return (await this.#parts.containers.list([id])).find((entry) => entry.id === id);
  }

  /** A volume's record comes before the container's, which ends the hold on the name of a volume that came into being with it. */
  async #put(id: string, record: ReadContainer, stamp: number): Promise<void> {
    const { engine, records, containers, volumesSoon } = this.#parts;
    const { lastWords } = containers;
    if (record.facts.mounts.some((mount) => this.#isUnknownVolume(mount))) await volumesSoon();
    // What the newer reading said is in the log.
    if (lastWords.isOutdated(id, stamp) && !lastWords.isUnsettled(id)) return;
    await lastWords.write([id], stamp, () => records.put(subjects.container(engine, id), record, stamp));
    if (!lastWords.isOutdated(id, stamp)) containers.published(record);
  }

  #isUnknownVolume({ type, name }: ContainerFacts['mounts'][number]): boolean {
    const { engine, records } = this.#parts;
    return type === 'volume' && name !== '' && !records.has(subjects.volume(engine, name));
  }
}
