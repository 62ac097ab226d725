import {
  type ClusterBus,
  type EngineCall,
  type EngineHandlers,
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
  type EngineVerb,
  encodeObject,
  engineKey,
  type FactsOf,
  type ObjectKind,
  subjects,
} from '#contracts';
import { silentLogger, systemClock, systemRandomness } from '#service-shell';
import { engineIdentity, engineRecord, LeapingClock, containerFacts as usualContainer } from '#testing';
import { gatewayConfigSchema } from './api-gateway-config.ts';
import { type DaemonScript, openScriptedDaemon } from './daemons/scripted-daemon.builders.ts';
import { type MemberOptions, memberRecord } from './fleet-view/member-record.builders.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { type Answer, ask } from './http/ask.builders.ts';

/** For so long a gateway that is stopped lets answers in the making finish. */
const closeGraceMs = 2_000;

/** A gateway on loopback over an in-memory log and bus, with fake daemons behind it. */
export class TestFleet {
  readonly log: ClusterLog;
  readonly bus: ClusterBus;
  /** The gateway's. */
  readonly clock: LeapingClock;
  /** What daemons were asked, `GET /info`. */
  readonly asked: string[] = [];
  readonly #gateway: Gateway;
  /** What the owner of an engine does, by its key. */
  readonly #owners = new Map<string, { -readonly [V in EngineVerb]?: EngineHandlers[V] }>();
  readonly #closers: (() => Promise<unknown> | unknown)[] = [];

  private constructor(log: ClusterLog, bus: ClusterBus, clock: LeapingClock, gateway: Gateway) {
    this.log = log;
    this.bus = bus;
    this.clock = clock;
    this.#gateway = gateway;
  }

  static async open(env: Record<string, string> = {}): Promise<TestFleet> {
    const log = openMemoryLog(new MemoryLogModel({ clock: systemClock }));
    const bus = openMemoryBus(new MemoryBusModel({ clock: systemClock }));
    const clock = new LeapingClock();
    const config = gatewayConfigSchema.parse({ hosts: 'tcp://127.0.0.1:0', ...env });
    const gateway = await startGateway({
      config,
      log,
      bus,
      tunnelBus: bus,
      clock,
      randomness: systemRandomness,
      logger: silentLogger(),
      instance: 'gateway-1',
    });
    return new TestFleet(log, bus, clock, gateway);
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
  async node(name: string, options: MemberOptions & { readonly daemon?: DaemonScript } = {}): Promise<string> {
    const daemon = await openScriptedDaemon(options.daemon ?? (() => undefined), this.asked);
    this.#closers.push(daemon.close);
    return this.#member(name, daemon.address, options);
  }

  /** A member that the records call healthy, where nothing listens any more. */
  deadNode(name: string): Promise<string> {
    return this.#member(name, '127.0.0.1:1', {});
  }

  async #member(name: string, address: string, options: MemberOptions): Promise<string> {
    const key = engineKey(address);
    await this.put(subjects.lease(`engine.${key}`), { holder: 'monitor-1' });
    await this.put(subjects.engineInfo(key), memberRecord(name, address, options));
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

  /** A scheduler that grants this engine to whoever asks, and takes releases. `heard` gets what it is asked to place. */
  async grants(
    engine: string,
    {
      isQuotaHeld = true,
      heard = () => undefined,
    }: { isQuotaHeld?: boolean; heard?: (asked: ParsedSchedulerCall<'place'>) => void } = {},
  ): Promise<void> {
    await this.onScheduler('place', (asked) => {
      heard(asked);
      return { operation: asked.operation, engine, node: 'node-1', term: 7, devices: [], isQuotaHeld };
    });
    await this.onScheduler('release', () => ({ released: true }));
  }

  onScheduler<V extends Parameters<typeof serveScheduler>[1]>(
    verb: V,
    handler: (request: ParsedSchedulerCall<V>) => unknown,
  ): Promise<unknown> {
    return serveScheduler(this.bus, verb, async (request) => (await handler(request as ParsedSchedulerCall<V>)) as never);
  }

  async onEngine<V extends EngineVerb>(key: string, verb: V, handler: (request: ParsedEngineCall<V>) => unknown): Promise<void> {
    const owner = this.#owners.get(key) ?? {};
    owner[verb] = (async (request: ParsedEngineCall<V>) => handler(request)) as never;
    if (this.#owners.has(key)) return;
    this.#owners.set(key, owner);
    await serveEngine(this.bus, key, owner);
  }

  ask(method: string, path: string, body?: EngineCall<'call'>['body'], signal?: AbortSignal): Promise<Answer> {
    return ask(this.#url(path), { method, body, signal });
  }

  /** With headers of the client's own. */
  askWith(headers: Record<string, string>, method: string, path: string, body?: string): Promise<Answer> {
    return ask(this.#url(path), { method, body, headers });
  }

  /** With a bearer token, and the body as it is. */
  askAs(token: string, method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
    return ask(this.#url(path), { method, headers: { authorization: `Bearer ${token}`, ...headers }, body });
  }

  async list(path: string): Promise<Record<string, unknown>[]> {
    return (await this.ask('GET', path)).json() as unknown as Record<string, unknown>[];
  }

  /** From the operators' listener; the fleet was opened with `adminHosts`. */
  async askAdmin(path: string): Promise<string> {
    return (await ask(`${this.adminUrl}${path}`)).text;
  }

  /** Of the operators' listener; the fleet was opened with `adminHosts`. */
  get adminUrl(): string {
    return `http://127.0.0.1:${this.#gateway.ports.at(-1)}`;
  }

  /** The answer as it comes, for streams; with a bearer token where one is given. */
  stream(path: string, signal: AbortSignal, token?: string): Promise<Response> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return fetch(this.#url(path), { signal, headers });
  }

  /** What still streams is cut at once. */
  async close(): Promise<void> {
    const stopped = this.#gateway.stop();
    this.clock.leap(closeGraceMs);
    await stopped;
    for (const close of this.#closers) await close();
    await this.bus.close();
    await this.log.close();
  }

  #url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
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
