import { BaleenError, type ContainerFacts, encodeObject } from '#contracts';
import type { KnownFacts } from '#docker-api';
import type { EngineReader, ListedContainer } from './engine-reader.ts';
import { entryDigest, statusFollowsFrom } from './list-entry.ts';
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

/** A container's record as it goes into the log, with what it says. */
export type ReadContainer = { readonly facts: ContainerFacts; readonly payload: Uint8Array };

type Seen = {
  /** Of the list entry at the last inspection. */
  readonly digest: string;
  readonly facts: KnownFacts;
  /** False when the inspection failed or was made over an earlier connection: the next reading inspects again. */
  isTrusted: boolean;
};

/** Makes records of containers from their list entries and inspections, and knows which list entries say nothing new. */
export class ContainerReading {
  readonly #parts: ContainerReadingParts;
  readonly #oddRows: OddRows;
  readonly #oddInspections: OddRows;
  readonly #seen = new Map<string, Seen>();

  constructor(parts: ContainerReadingParts) {
    this.#parts = parts;
    this.#oddRows = new OddRows(parts.onOdd);
    this.#oddInspections = new OddRows(parts.onOdd);
  }

  /** After a connect nothing that was known counts. */
  distrust(): void {
    for (const seen of this.#seen.values()) seen.isTrusted = false;
  }

  /** All list entries, or those with this full id. */
  async list(id?: string): Promise<ListedContainer[]> {
    const rows = this.#oddRows.listing('container');
    const listed = await this.#parts.reader().listContainers(id, rows.onOdd);
    rows.settle(listed.map((entry) => entry.id));
    return listed;
  }

  /** True when an inspection would say what the last one said. */
  isUnchanged({ id, summary }: ListedContainer): boolean {
    const seen = this.#seen.get(id);
    if (seen === undefined || !seen.isTrusted || seen.digest !== entryDigest(summary)) return false;
    return statusFollowsFrom(seen.facts, summary, this.#parts.engineNowMs());
  }

  /** These are all there are. */
  keepOnly(entries: readonly ListedContainer[]): void {
    const present = new Set(entries.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!present.has(id)) this.forget(id);
  }

  forget(id: string): void {
    this.#seen.delete(id);
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
      if ((await this.list(entry.id)).length === 0) throw inspection.failure;
    }
    return this.record(entry, inspection);
  }

  /** One that cannot be inspected although the daemon lists it gets a record from its list entry. */
  record(entry: ListedContainer, inspection: Exclude<Inspection, undefined>): ReadContainer {
    if ('failure' in inspection) return this.#recordFromList(entry, inspection.failure);
    try {
      const facts = this.#parts.reader().containerFacts(entry.summary, inspection.document);
      this.#oddInspections.inOrder('container', entry.id);
      return this.#encode(entry, facts, true);
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      return this.#recordFromList(entry, error);
    }
  }

  #recordFromList(entry: ListedContainer, failure: BaleenError): ReadContainer {
    this.#oddInspections.note('container', entry.id, failure.message);
    const known = this.#seen.get(entry.id)?.facts;
    return this.#encode(entry, this.#parts.reader().listedFacts(entry.summary, this.#parts.engineNowMs(), known), false);
  }

  #encode(entry: ListedContainer, facts: ContainerFacts, isTrusted: boolean): ReadContainer {
    this.#seen.set(entry.id, { digest: entryDigest(entry.summary), facts: withoutListed(facts), isTrusted });
    const { engine, epoch } = this.#parts;
    return { facts, payload: encodeObject<'container'>({ engine, epoch, facts, summary: entry.summary }) };
  }
}

/** What stands in every list entry anyway would double the memory for it. */
function withoutListed(facts: ContainerFacts): KnownFacts {
  const { image, imageId, state, exitCode, health, startedAtMs, finishedAtMs } = facts;
  const { ports, exposedPorts, networkMode, autoRemove, restartCount, resources } = facts;
  const status = { state, exitCode, health, startedAtMs, finishedAtMs, restartCount };
  return { ...status, image, imageId, ports, exposedPorts, networkMode, autoRemove, resources };
}
