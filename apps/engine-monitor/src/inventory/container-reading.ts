import { BaleenError, type ContainerFacts, type ObjectRecord } from '#contracts';
import { type KnownFacts, member } from '#docker-api';
import type { EngineReader, ListedContainer } from './engine-reader.ts';
import type { StateTold } from './event-refresh.ts';
import { type Certainty, KnownContainers } from './known-containers.ts';
import { LastWords } from './last-words.ts';
import { EntryWords, statusFollowsFrom } from './list-entry.ts';
import { OddRows, type WarnOfOdd } from './odd-rows.ts';

export type ContainerReadingParts = {
  readonly engine: string;
  readonly epoch: number;
  /** The engine as it is connected now. */
  readonly reader: () => EngineReader;
  readonly onOdd: WarnOfOdd;
  /** Wall clock of the daemon as far as it is known. */
  readonly engineNowMs: () => number;
};

/** What an inspection brought: the document, why there is none although the container may exist, or that there is no container. */
export type Inspection = { readonly id: string; readonly document: Buffer } | { readonly failure: BaleenError } | undefined;

/** A container's record as it goes into the log, with what it says: see `published`. */
export type ReadContainer = ObjectRecord<'container'> & { readonly certainty: Certainty };

/** Makes records of containers from their list entries, their inspections and what is known of them. */
export class ContainerReading {
  readonly known: KnownContainers;
  readonly lastWords = new LastWords();
  readonly #parts: ContainerReadingParts;
  readonly #oddRows: OddRows;
  readonly #oddInspections: OddRows;

  constructor(parts: ContainerReadingParts) {
    this.#parts = parts;
    this.known = new KnownContainers(parts.engineNowMs);
    this.#oddRows = new OddRows(parts.onOdd);
    this.#oddInspections = new OddRows(parts.onOdd);
  }

  /** A record that an earlier owner left. */
  adopt(record: ObjectRecord<'container'>): void {
    this.known.note(record, record.facts.isUnread === true ? 'unread' : 'sure');
  }

  /** Its record is in the log: known is only what the log has, or a reading that broke off would hide what it had found. */
  published(record: ReadContainer): void {
    this.known.note(record, record.certainty);
  }

  /** All list entries, or those with these full ids. */
  async list(ids?: readonly string[]): Promise<ListedContainer[]> {
    const rows = this.#oddRows.listing('container');
    const isKnown = (entry: ListedContainer) => this.known.isUnchanged(entry);
    const listed = await this.#parts.reader().listContainers(ids, { onOdd: rows.onOdd, isKnown });
    rows.settle(listed.map((entry) => entry.id));
    return listed;
  }

  /** These are all there are. */
  keepOnly(entries: readonly ListedContainer[]): void {
    const present = new Set(entries.map(({ id }) => id));
    for (const id of this.known.ids()) if (!present.has(id)) this.forget(id);
  }

  forget(id: string): void {
    this.known.forget(id);
    this.lastWords.forget(id);
    this.#oddRows.inOrder('container', id);
    this.#oddInspections.inOrder('container', id);
  }

  /** By id or name. Rejects with engine/unreachable when the daemon cannot be reached. */
  async inspect(reference: string): Promise<Inspection> {
    try {
      return await this.#parts.reader().inspectContainer(reference);
    } catch (error) {
      if (error instanceof BaleenError && (error.code === 'engine/bad-answer' || error.code === 'engine/timeout')) {
        return { failure: error };
      }
      throw error;
    }
  }

  /** Inspects a listed container; `undefined` when it went away meanwhile. Rejects when the daemon does not answer. */
  async read(entry: ListedContainer): Promise<ReadContainer | undefined> {
    const inspection = await this.inspect(entry.id);
    if (inspection === undefined) return undefined;
    if ('failure' in inspection && inspection.failure.code === 'engine/timeout') {
      // A daemon that still lists the container is alive: only the inspection hangs, on the container's lock.
      if ((await this.list([entry.id])).length === 0) throw inspection.failure;
    }
    return this.record(entry, inspection);
  }

  /** One that cannot be inspected although the daemon lists it gets a record from its list entry. */
  record(entry: ListedContainer, inspection: Exclude<Inspection, undefined>): ReadContainer {
    if ('failure' in inspection) return this.#recordInspectedBadly(entry, inspection.failure);
    try {
      const facts = this.#parts.reader().containerFacts(entry, inspection.document);
      this.#oddInspections.inOrder('container', entry.id);
      return this.#encode(entry, facts, 'sure');
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      return this.#recordInspectedBadly(entry, error);
    }
  }

  /** From the list entry, completed by what is known; a later reading inspects it. */
  recordListed(entry: ListedContainer): ReadContainer {
    const known = this.known.factsOf(entry.id);
    const facts = this.#listed(entry, known);
    if (known === undefined) return this.#encode(entry, { ...facts, isUnread: true }, 'unread');
    return this.#encode(entry, facts, 'doubtful');
  }

  /** Of a container that was just created or started; `undefined` = only an inspection tells what has become of it. */
  recordChanged(entry: ListedContainer): ReadContainer | undefined {
    const known = this.known.changeable(entry.id);
    if (known === undefined) return undefined;
    const facts = this.#listed(entry, known);
    const isStarted = facts.state === 'running';
    if (!isStarted && (facts.state !== 'created' || known.state !== 'created')) return undefined;
    // A start by hand counts anew.
    return this.#encode(entry, isStarted ? { ...facts, restartCount: 0 } : facts, 'sure');
  }

  /**
   * After an event that told of its state: what the list entry makes of its record, 'known' where that is what the log has; `undefined` = only an
   * inspection tells what has become of it.
   */
  recordTold(entry: ListedContainer, tells: StateTold): ReadContainer | 'known' | undefined {
    const state = stateIn(entry);
    if (tells !== 'any' && state !== stateAfter[tells]) return undefined;
    if (this.lastWords.isUnsettled(entry.id)) return undefined;
    if (this.known.hasNothingNew(entry)) return 'known';
    if (tells === 'running') return this.recordChanged(entry);
    const known = tells === 'ended' ? this.known.endable(entry.id) : undefined;
    return known && this.#encode(entry, this.#listed(entry, known), 'sure');
  }

  /** The list entry is not older than the inspection, as far as one can tell. */
  agrees({ facts, summary, certainty }: ReadContainer): boolean {
    if (certainty !== 'sure' || stateIn({ summary }) !== facts.state) return false;
    return statusFollowsFrom(facts, new EntryWords(summary).status, this.#parts.engineNowMs());
  }

  #recordInspectedBadly(entry: ListedContainer, failure: BaleenError): ReadContainer {
    this.#oddInspections.note('container', entry.id, failure.message);
    return this.recordListed(entry);
  }

  #listed(entry: ListedContainer, known: KnownFacts | undefined): ContainerFacts {
    return this.#parts.reader().listedFacts(entry, this.#parts.engineNowMs(), known);
  }

  #encode({ summary }: ListedContainer, facts: ContainerFacts, certainty: Certainty): ReadContainer {
    return { kind: 'container', epoch: this.#parts.epoch, facts, summary, certainty };
  }
}

const stateAfter = { running: 'running', paused: 'paused', ended: 'exited' } as const;

/** `undefined`: engines before API 1.23 list no state. */
function stateIn({ summary }: Pick<ListedContainer, 'summary'>): string | undefined {
  return member(summary, 'State')?.toString('latin1').slice(1, -1);
}
