import type { BaleenError } from '#contracts';
import { containerFacts, containerRow, listedFacts } from '#docker-api';
import type { ContainerListing, EngineReader, ListedContainer, OnOdd } from './engine-reader.ts';

/** A daemon in JSON, with switches for what it does badly. */
export class JsonDaemon implements EngineReader {
  readonly rows = new Map<string, Record<string, unknown>>();
  readonly documents = new Map<string, object>();
  /** The ids that lists were asked for; `undefined` = all. */
  readonly listed: (readonly string[] | undefined)[] = [];
  readonly inspected: string[] = [];
  readonly broken = new Map<string, () => BaleenError>();
  listFailure: BaleenError | undefined;
  /** What lists of a kind end with. */
  readonly refused = new Map<string, BaleenError>();
  /** Kinds that were listed, in order. */
  readonly kindsListed: string[] = [];
  oddVolume = false;

  run(id: string, startedAtMs: number, status: string): void {
    this.rows.set(id, { Id: id, Names: [`/${id}`], Image: 'app', State: 'running', Status: status, Labels: { a: 'b' } });
    const state = { Status: 'running', StartedAt: new Date(startedAtMs).toISOString() };
    this.documents.set(id, { Id: id, State: state, Config: { Image: 'app' }, HostConfig: { Memory: 512 } });
  }

  async listContainers(ids: readonly string[] | undefined, { isKnown }: ContainerListing): Promise<ListedContainer[]> {
    this.listed.push(ids);
    if (this.listFailure !== undefined) throw this.listFailure;
    const rows = [...this.rows].filter(([key]) => ids?.includes(key) ?? true);
    return rows.map(([id, row]) => {
      const entry = { id, summary: Buffer.from(JSON.stringify(row)) };
      return isKnown(entry) ? { ...entry, isKnown: true } : entry;
    });
  }

  async inspectContainer(id: string): Promise<{ id: string; document: Buffer } | undefined> {
    this.inspected.push(id);
    const failure = this.broken.get(id);
    if (failure !== undefined) throw failure();
    const document = this.documents.get(id);
    return document && { id, document: Buffer.from(JSON.stringify(document)) };
  }

  containerFacts({ summary }: ListedContainer, document: Buffer) {
    return containerFacts(containerRow(summary).value, document);
  }

  listedFacts({ summary }: ListedContainer, nowMs: number, known: Parameters<typeof listedFacts>[2]) {
    return listedFacts(containerRow(summary).value, nowMs, known);
  }

  async list(kind: string, onOdd: OnOdd): Promise<never[]> {
    this.kindsListed.push(kind);
    const refusal = this.refused.get(kind);
    if (refusal !== undefined) throw refusal;
    if (kind === 'volume' && this.oddVolume) onOdd('', 'a row without a name');
    return [];
  }
}
