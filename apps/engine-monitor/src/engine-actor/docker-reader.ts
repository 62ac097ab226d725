import { BaleenError, type ContainerFacts, parseJson } from '#contracts';
import {
  type ContainerRow,
  containerFacts,
  containerRow,
  type EngineClient,
  elements,
  type FactsRow,
  imageRow,
  type KnownFacts,
  listedFacts,
  member,
  networkRow,
  showEngineAddress,
  volumeRow,
} from '#docker-api';
import type {
  ContainerListing,
  EngineReader,
  ListedContainer,
  ListedKind,
  ListedObject,
  OnOdd,
} from '../inventory/engine-reader.ts';

/** Lists of a daemon that has thousands of objects take seconds; one that takes longer counts as silent (spec 3.3). */
const listTimeoutMs = 30_000;
/** An inspection waits for its container's lock: a start may hold that for some seconds, a broken container for ever. */
const inspectTimeoutMs = 8_000;

const paths: { readonly [K in ListedKind]: string } = { image: '/images/json', network: '/networks', volume: '/volumes' };
const rowOf: { readonly [K in ListedKind]: (summary: Buffer) => FactsRow<ListedObject<K>['facts']> } = {
  image: imageRow,
  network: networkRow,
  volume: volumeRow,
};

/** Reads what one daemon holds, list entries as the daemon's own bytes. */
export class DockerReader implements EngineReader {
  readonly #client: EngineClient;

  constructor(client: EngineClient) {
    this.#client = client;
  }

  async listContainers(ids: readonly string[] | undefined, { onOdd, isKnown }: ContainerListing): Promise<ListedContainer[]> {
    const filters = ids === undefined ? '' : `&filters=${encodeURIComponent(JSON.stringify({ id: ids }))}`;
    const path = `/containers/json?all=1${filters}`;
    const rows = this.#elements(path, await this.#read(path));
    return usable(rows, onOdd, (bytes): ListedContainer => {
      const known = knownRow(bytes, isKnown);
      if (known !== undefined) return known;
      const { value: row, summary, odd } = containerRow(bytes);
      if (odd !== undefined) onOdd(row.Id, odd);
      return { id: row.Id, summary, row };
    });
  }

  async inspectContainer(reference: string): Promise<{ id: string; document: Buffer } | undefined> {
    const path = `/containers/${encodeURIComponent(reference)}/json`;
    const { status, body } = await this.#client.request({ method: 'GET', path, timeoutMs: inspectTimeoutMs });
    if (status === 404) return undefined;
    if (status !== 200) throw this.#refused(path, status, body);
    return { id: this.#parsed(path, () => text(body, 'Id')), document: body };
  }

  containerFacts(entry: ListedContainer, document: Buffer): ContainerFacts {
    return containerFacts(rowOfContainer(entry), document);
  }

  listedFacts(entry: ListedContainer, nowMs: number, known: KnownFacts | undefined): ContainerFacts {
    return listedFacts(rowOfContainer(entry), nowMs, known);
  }

  async list<K extends ListedKind>(kind: K, onOdd: OnOdd): Promise<ListedObject<K>[]> {
    const path = paths[kind];
    const body = await this.#read(path);
    const list = kind === 'volume' ? this.#parsed(path, () => member(body, 'Volumes')) : body;
    // A daemon without volumes answers `"Volumes": null`.
    if (list === undefined || list.toString() === 'null') return [];
    return usable(this.#elements(path, list), onOdd, (bytes) => {
      const { facts, summary, odd } = rowOf[kind](bytes);
      if (odd !== undefined) onOdd('id' in facts ? facts.id : facts.name, odd);
      return { facts, summary };
    });
  }

  async #read(path: string): Promise<Buffer> {
    const { status, body } = await this.#client.request({ method: 'GET', path, timeoutMs: listTimeoutMs });
    if (status !== 200) throw this.#refused(path, status, body);
    return body;
  }

  #elements(path: string, list: Buffer): Buffer[] {
    return this.#parsed(path, () => [...elements(list)]);
  }

  /** The answer is no JSON of that shape: the engine's fault, not a defect of ours. */
  #parsed<T>(path: string, parse: () => T): T {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const shown = showEngineAddress(this.#client.address);
      const message = `the answer of the engine at ${shown} to ${path} cannot be read: ${error.message}`;
      throw new BaleenError('engine/bad-answer', message, { cause: error });
    }
  }

  #refused(path: string, status: number, body: Buffer): BaleenError {
    const shown = showEngineAddress(this.#client.address);
    const said = body.toString('utf8', 0, 500).trim();
    return new BaleenError('engine/bad-answer', `the engine at ${shown} answered ${status} to ${path}: ${said}`);
  }
}

function rowOfContainer({ row, summary }: ListedContainer): ContainerRow {
  return row ?? containerRow(summary).value;
}

/** The rows that can be used; the others are told of. */
function usable<T>(rows: readonly Buffer[], onOdd: OnOdd, read: (bytes: Buffer) => T): T[] {
  return rows.flatMap((bytes) => {
    try {
      return [read(bytes)];
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      onOdd('', error.message);
      return [];
    }
  });
}

/** Equal to a row whose form was looked at. What is no JSON is told by the look at its form. */
function knownRow(row: Buffer, isKnown: ContainerListing['isKnown']): ListedContainer | undefined {
  const id = firstId(row);
  if (id === undefined) return undefined;
  try {
    return isKnown({ id, summary: row }) ? { id, summary: row, isKnown: true } : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

const idBegins = Buffer.from('{"Id":"');
const quote = 0x22;

/** The id, where a row begins with it as daemons write it; good for looking a row up, whose form nobody has looked at. */
function firstId(row: Buffer): string | undefined {
  if (!row.subarray(0, idBegins.length).equals(idBegins)) return undefined;
  const end = row.indexOf(quote, idBegins.length);
  return end < 0 ? undefined : row.toString('latin1', idBegins.length, end);
}

function text(json: Buffer, key: string): string {
  return String(parseJson(member(json, key)?.toString() ?? '""'));
}
