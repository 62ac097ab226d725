import { BaleenError, type FactsOf } from '#contracts';
import {
  containerFacts,
  type EngineClient,
  elements,
  imageFacts,
  member,
  networkFacts,
  showEngineAddress,
  volumeFacts,
} from '#docker-api';
import type { EngineReader, ListedContainer, ListedKind, ListedObject } from '../inventory/engine-reader.ts';

/** Lists and inspections of a daemon that has thousands of objects take seconds; one that takes longer counts as silent (spec 3.3). */
const readTimeoutMs = 30_000;

const paths: { readonly [K in ListedKind]: string } = { image: '/images/json', network: '/networks', volume: '/volumes' };
const factsOf: { readonly [K in ListedKind]: (summary: Buffer) => FactsOf[K] } = {
  image: imageFacts,
  network: networkFacts,
  volume: volumeFacts,
};

/** Reads what one daemon holds, list entries as the daemon's own bytes. */
export class DockerReader implements EngineReader {
  readonly #client: EngineClient;

  constructor(client: EngineClient) {
    this.#client = client;
  }

  async listContainers(id?: string): Promise<ListedContainer[]> {
    const filters = id === undefined ? '' : `&filters=${encodeURIComponent(JSON.stringify({ id: [id] }))}`;
    const body = await this.#read(`/containers/json?all=1${filters}`);
    return [...elements(body)].map((summary) => ({ id: text(summary, 'Id'), summary }));
  }

  async inspectContainer(reference: string): Promise<{ id: string; document: Buffer } | undefined> {
    const path = `/containers/${encodeURIComponent(reference)}/json`;
    const { status, body } = await this.#client.request({ method: 'GET', path, timeoutMs: readTimeoutMs });
    if (status === 404) return undefined;
    if (status !== 200) throw this.#refused(path, status, body);
    return { id: text(body, 'Id'), document: body };
  }

  containerFacts(summary: Buffer, document: Buffer) {
    return containerFacts(summary, document);
  }

  async list<K extends ListedKind>(kind: K): Promise<ListedObject<K>[]> {
    const body = await this.#read(paths[kind]);
    const list = kind === 'volume' ? member(body, 'Volumes') : body;
    // A daemon without volumes answers `"Volumes": null`.
    if (list === undefined || list.toString() === 'null') return [];
    return [...elements(list)].map((summary) => ({ facts: factsOf[kind](summary), summary }));
  }

  async #read(path: string): Promise<Buffer> {
    const { status, body } = await this.#client.request({ method: 'GET', path, timeoutMs: readTimeoutMs });
    if (status !== 200) throw this.#refused(path, status, body);
    return body;
  }

  #refused(path: string, status: number, body: Buffer): BaleenError {
    const shown = showEngineAddress(this.#client.address);
    const said = body.toString('utf8', 0, 500).trim();
    return new BaleenError('engine/bad-answer', `the engine at ${shown} answered ${status} to ${path}: ${said}`);
  }
}

function text(json: Buffer, key: string): string {
  return JSON.parse(member(json, key)?.toString() ?? '""') as string;
}
