import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ClusterBus,
  type EngineCall,
  MemoryBusModel,
  openMemoryBus,
  type ParsedEngineCall,
  type ParsedSchedulerCall,
  serveEngine,
  serveScheduler,
} from '#cluster-bus';
import { type ClusterLog, MemoryLogModel, openMemoryLog } from '#cluster-log';
import {
  agentAddress,
  type ContainerFacts,
  type EngineAnswer,
  type EngineRecord,
  encodeObject,
  engineKey,
  type FactsOf,
  type ObjectKind,
  subjects,
} from '#contracts';
import { silentLogger, systemClock, systemRandomness } from '#service-shell';
import { engineIdentity, engineRecord, containerFacts as usualContainer } from '#testing';
import { gatewayConfigSchema } from './api-gateway-config.ts';
import { type Gateway, startGateway } from './gateway.ts';

/** What a fake daemon answers; `undefined` = 404 page not found. `isEndless`: nothing comes behind the body, not even its end. */
export type DaemonScript = (request: {
  method: string;
  path: string;
  /** Names of the header's fields, in lower case. */
  headers: string[];
}) => { status?: number; body: string; isEndless?: boolean } | undefined;
export type NodeOptions = {
  readonly state?: EngineRecord['state'];
  readonly reason?: string;
  readonly apiVersion?: string;
  readonly ip?: string;
  readonly daemon?: DaemonScript;
};

/** A gateway on loopback over an in-memory log and bus, with fake daemons behind it. */
export class TestFleet {
  readonly log: ClusterLog;
  readonly bus: ClusterBus;
  /** What daemons were asked, `GET /info`. */
  readonly asked: string[] = [];
  readonly #gateway: Gateway;
  readonly #closers: (() => Promise<unknown> | unknown)[] = [];

  private constructor(log: ClusterLog, bus: ClusterBus, gateway: Gateway) {
    this.log = log;
    this.bus = bus;
    this.#gateway = gateway;
  }

  static async open(env: Record<string, string> = {}): Promise<TestFleet> {
    const log = openMemoryLog(new MemoryLogModel({ clock: systemClock }));
    const bus = openMemoryBus(new MemoryBusModel({ clock: systemClock }));
    const config = gatewayConfigSchema.parse({ hosts: 'tcp://127.0.0.1:0', ...env });
    const gateway = await startGateway({
      config,
      log,
      bus,
      tunnelBus: bus,
      clock: systemClock,
      randomness: systemRandomness,
      logger: silentLogger(),
      instance: 'gateway-1',
    });
    return new TestFleet(log, bus, gateway);
  }

  get port(): number {
    return this.#gateway.ports[0] ?? 0;
  }

  /** An engine behind an agent; connected while its lease is held by somebody. */
  async agentNode(id: string, { connected }: { readonly connected: boolean }): Promise<string> {
    const address = agentAddress(id);
    const key = engineKey(address);
    await this.put(subjects.agent(id), { id, host: id, instance: 'agent-1', registeredAtMs: 1 });
    await this.put(subjects.engineInfo(key), engineRecord(key, { address, identity: engineIdentity(id) }));
    if (connected) await this.put(subjects.lease(`engine.${key}`), { holder: 'agent-1' });
    await this.put(subjects.member(key), { key, address, source: 'nats' });
    return key;
  }

  /** A member with its records, and a daemon that answers as scripted. */
  async node(name: string, options: NodeOptions = {}): Promise<string> {
    return this.#member(name, await this.#daemon(options.daemon ?? (() => undefined)), options);
  }

  /** A member that the records call healthy, where nothing listens any more. */
  deadNode(name: string): Promise<string> {
    return this.#member(name, '127.0.0.1:1', {});
  }

  async #member(name: string, address: string, options: NodeOptions): Promise<string> {
    const key = engineKey(address);
    const now = Date.now();
    const record = engineRecord(key, {
      address,
      state: options.state ?? 'healthy',
      ...(options.reason !== undefined && { reason: options.reason }),
      sinceMs: now,
      updatedAtMs: now,
      identity: engineIdentity(name, {
        id: `ID-${name}`,
        ip: options.ip ?? '10.0.0.1',
        cpus: 2,
        memoryBytes: 4 * 1024 ** 3,
        labels: { zone: 'a' },
        serverVersion: '28.5.2',
        apiVersion: options.apiVersion ?? '1.51',
      }),
    });
    await this.put(subjects.lease(`engine.${key}`), { holder: 'monitor-1' });
    await this.put(subjects.engineInfo(key), record);
    await this.put(subjects.member(key), { key, address, source: 'nodes' });
    return key;
  }

  put(subject: string, record: unknown): Promise<number> {
    return this.log.append(subject, Buffer.from(JSON.stringify(record)));
  }

  object<K extends ObjectKind>(kind: K, engine: string, id: string, facts: FactsOf[K], summary: object): Promise<number> {
    const subject = (subjects[kind] as (key: string, id: string) => string)(engine, id);
    return this.log.append(subject, encodeObject({ epoch: 1, facts, summary: Buffer.from(JSON.stringify(summary)) }));
  }

  /** A container with the facts and list entry of a running one, but for what is given. */
  container(
    engine: string,
    id: string,
    name: string,
    facts: Partial<ContainerFacts> = {},
    summary: object = {},
  ): Promise<number> {
    const listed = {
      Id: id,
      Names: [`/${name}`],
      Image: 'busybox',
      Ports: [],
      State: 'running',
      Status: 'Up 1 second',
      ...summary,
    };
    return this.object('container', engine, id, containerFacts(id, name, facts), listed);
  }

  image(
    engine: string,
    id: string,
    repoTags: string[],
    createdAtMs = 1,
    repoDigests: string[] = [],
    own: Record<string, string> = {},
  ): Promise<number> {
    const facts = { id, repoTags, repoDigests, createdAtMs, sizeBytes: 1, labels: own };
    return this.object('image', engine, id, facts, { Id: id, RepoTags: repoTags, RepoDigests: repoDigests, Size: 1 });
  }

  /** A bridge of one engine, but for what is given. */
  network(
    engine: string,
    id: string,
    name: string,
    given: Partial<FactsOf['network']> = {},
    summary: object = {},
  ): Promise<number> {
    const facts = { id, name, driver: 'bridge', scope: 'local', labels: {}, createdAtMs: 1, ...given };
    return this.object('network', engine, id, facts, { Id: id, Name: name, ...summary });
  }

  /** A volume of the local driver, but for what is given. */
  volume(engine: string, name: string, given: Partial<FactsOf['volume']> = {}): Promise<number> {
    const facts = { name, driver: 'local', scope: 'local', labels: {}, createdAtMs: 1, ...given };
    return this.object('volume', engine, name, facts, { Name: name, Driver: facts.driver });
  }

  onScheduler<V extends Parameters<typeof serveScheduler>[1]>(
    verb: V,
    handler: (request: ParsedSchedulerCall<V>) => unknown,
  ): Promise<unknown> {
    return serveScheduler(this.bus, verb, async (request) => (await handler(request as ParsedSchedulerCall<V>)) as never);
  }

  onEngine<V extends Parameters<typeof serveEngine>[2]>(
    key: string,
    verb: V,
    handler: (request: ParsedEngineCall<V>) => unknown,
  ): Promise<unknown> {
    return serveEngine(this.bus, key, verb, async (request) => (await handler(request as ParsedEngineCall<V>)) as never);
  }

  async ask(method: string, path: string, body?: EngineCall<'call'>['body'], signal?: AbortSignal) {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${this.port}${path}`;
    const answer = await fetch(url, { method, headers, ...(body !== undefined && { body }), ...(signal && { signal }) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) as Record<string, unknown> };
  }

  /** With a bearer token, and the body as it is. */
  async askAs(token: string, method: string, path: string, body?: string, headers: Record<string, string> = {}) {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...type, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    return { status: answer.status, text, json: () => JSON.parse(text) as Record<string, unknown> };
  }

  async list(path: string): Promise<Record<string, unknown>[]> {
    return (await this.ask('GET', path)).json() as unknown as Record<string, unknown>[];
  }

  /** From the operators' listener; the fleet was opened with `adminHosts`. */
  async askAdmin(path: string): Promise<string> {
    return (await fetch(`${this.adminUrl}${path}`)).text();
  }

  /** Of the operators' listener; the fleet was opened with `adminHosts`. */
  get adminUrl(): string {
    return `http://127.0.0.1:${this.#gateway.ports.at(-1)}`;
  }

  /** The answer as it comes, for streams; with a bearer token where one is given. */
  stream(path: string, signal: AbortSignal, token?: string): Promise<Response> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return fetch(`http://127.0.0.1:${this.port}${path}`, { signal, headers });
  }

  async close(): Promise<void> {
    await this.#gateway.stop();
    for (const close of this.#closers) await close();
    await this.bus.close();
    await this.log.close();
  }

  async #daemon(script: DaemonScript): Promise<string> {
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const path = (request.url ?? '').replace(/^\/v[\d.]+/, '');
      this.asked.push(`${request.method} ${path}`);
      const answer: ReturnType<DaemonScript> = script({
        method: request.method ?? '',
        path,
        headers: Object.keys(request.headers),
      }) ?? {
        status: 404,
        body: '{"message":"page not found"}',
      };
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
      response.write(answer.body);
      if (answer.isEndless !== true) response.end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    this.#closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
}

export function answerOf(status: number, body: unknown = ''): EngineAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: body === '' ? '' : JSON.stringify(body) };
}

/** 64 hex characters that begin with these. */
export function idOf(start: string): string {
  return start.padEnd(64, '0');
}

export function containerFacts(id: string, name: string, facts: Partial<ContainerFacts>): ContainerFacts {
  const usual = { names: [name], image: 'busybox', createdAtMs: 1_000, startedAtMs: Date.now() - 300_000 };
  return usualContainer(id, { ...usual, ...facts });
}
