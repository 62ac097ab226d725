import { z } from 'zod';
import {
  type ClusterOptions,
  defaultClusterOptions,
  type EngineIdentity,
  encodeObject,
  engineKey,
  type FactsOf,
  type FilterName,
  filterNames,
  type ObjectKind,
  type ReservationRecord,
  type StrategyName,
  strategyText,
  subjects,
} from '#contracts';
import { containerFacts, containerRow, identityOf, type ParsedCreate, parseCreate } from '#docker-api';
import { parseDockerRun } from '../../../apps/cli/src/explain/docker-run-arguments.ts';
import type { Judgement } from '../../../apps/scheduler/src/decisions/judge.ts';
import { placementJudge } from '../../../apps/scheduler/src/decisions/placement-judge.ts';
import { sharesForCores } from '../../../apps/scheduler/src/fleet/demand.ts';
import { engineIdentity, engineRecord } from '../../../apps/scheduler/src/fleet/fleet.builders.ts';
import { FleetLedger } from '../../../apps/scheduler/src/fleet/fleet-ledger.ts';

const FilterText = z.enum(filterNames);

/** The fleet of one scenario: a ledger fed with records as monitors, discovery and the leader write them. */
export class GoldenFleet {
  readonly ledger: FleetLedger;
  readonly #options: ClusterOptions;
  readonly #strategy: StrategyName;
  readonly #filters: readonly FilterName[];
  readonly #identities = new Map<string, EngineIdentity>();
  #sequence = 0;
  #serial = 0;

  /** `strategy=` `filters=` `overcommit=` `cpushares=` `groups=` */
  constructor(given: Readonly<Record<string, string>>) {
    this.#strategy = strategyText.parse(given['strategy'] ?? 'spread');
    this.#filters = given['filters']?.split(',').map((name) => FilterText.parse(name)) ?? filterNames;
    this.#options = {
      ...defaultClusterOptions,
      overcommit: Number(given['overcommit'] ?? 0),
      cpuShares: given['cpushares'] === 'cores' ? 'cores' : 'shares',
      groupLabels: given['groups']?.split(',') ?? defaultClusterOptions.groupLabels,
    };
    this.ledger = new FleetLedger(this.#options, (subject, error) => {
      throw new Error(`the ledger refuses ${subject}`, { cause: error });
    });
  }

  engine(name: string, given: Readonly<Record<string, string>>): void {
    const identity = identityFrom(name, given);
    const failures = Number(given['failures'] ?? 0);
    const state = (given['state'] ?? 'healthy') as 'healthy' | 'unhealthy' | 'pending' | 'disconnected';
    this.#identities.set(name, identity);
    const key = keyOf(name);
    const address = `${name}:2375`;
    this.write(subjects.member(key), { key, address, source: 'nodes' });
    this.write(subjects.engineInfo(key), engineRecord(key, { address, identity, state, failures, failureLimit: 4 }));
  }

  /** Discovery lists it no more. */
  gone(name: string): void {
    this.ledger.apply({ subject: subjects.member(keyOf(name)), sequence: ++this.#sequence, payload: undefined });
  }

  node(name: string, availability: 'active' | 'pause' | 'drain', given: Readonly<Record<string, string>>): void {
    const key = keyOf(name);
    this.write(subjects.node(key), { key, availability, labels: prefixed(given, 'label.'), version: 1, updatedAtMs: 0 });
  }

  /** A container as its engine tells it: list entry and inspect document. */
  container(node: string, args: readonly string[], given: Readonly<Record<string, string>>): void {
    const { request, operation, bodyFor } = this.#parse(args);
    const cpus = this.#identities.get(node)?.cpus ?? 1;
    const config = JSON.parse(bodyFor(operation).toString('utf8')) as { HostConfig: { CpuShares?: number } };
    if (this.#options.cpuShares === 'cores' && request.cpuShares > 0)
      config.HostConfig.CpuShares =
        given['shares'] === undefined ? sharesForCores(request.cpuShares, cpus) : Number(given['shares']);
    const id = (given['id'] ?? '').padEnd(64, (this.#serial % 16).toString(16));
    const names = [request.name === '' ? `unnamed-${this.#serial}` : request.name, ...(given['alias']?.split(',') ?? [])];
    const inspect = { Id: id, State: { Status: given['state'] ?? 'running' }, Config: config, HostConfig: config.HostConfig };
    const summary = Buffer.from(JSON.stringify({ Id: id, Names: names.map((name) => `/${name}`) }));
    this.#object(node, 'container', id, containerFacts(containerRow(summary).value, Buffer.from(JSON.stringify(inspect))));
  }

  removed(node: string, name: string): void {
    for (const { id, names } of this.ledger.engine(keyOf(node))?.containers() ?? [])
      if (names.includes(name))
        this.ledger.apply({ subject: subjects.container(keyOf(node), id), sequence: ++this.#sequence, payload: undefined });
  }

  image(node: string, name: string, given: Readonly<Record<string, string>>): void {
    const id = `sha256:${(given['id'] ?? '').padEnd(64, (++this.#serial % 16).toString(16))}`;
    const repoDigests = given['digest'] === undefined ? [] : [given['digest']];
    this.#object(node, 'image', id, { id, repoTags: [name], repoDigests, createdAtMs: 0, sizeBytes: 1, labels: {} });
  }

  network(node: string, name: string, given: Readonly<Record<string, string>>): void {
    const id = (given['id'] ?? `${++this.#serial}`).padEnd(64, '0');
    const common = { labels: prefixed(given, 'label.'), createdAtMs: 0 };
    this.#object(node, 'network', id, {
      id,
      name,
      driver: given['driver'] ?? 'bridge',
      scope: given['scope'] ?? 'local',
      ...common,
    });
  }

  volume(node: string, name: string, given: Readonly<Record<string, string>>): void {
    const common = { labels: prefixed(given, 'label.'), createdAtMs: 0 };
    this.#object(node, 'volume', name, { name, driver: given['driver'] ?? 'local', scope: 'local', ...common });
  }

  /** A create in flight, granted by a leader and read from the log. */
  reserve(node: string, args: readonly string[], devices: readonly string[] = []): void {
    const record = this.#reservation(node, this.#parse(args), devices);
    this.write(subjects.reservation(record.operation), record);
  }

  /** A network or volume that is just being made. */
  making(node: string, kind: 'network' | 'volume', name: string, given: Readonly<Record<string, string>>): void {
    const blank = this.#reservation(node, this.#parse(['none']), []);
    const request = { ...blank.request, name, labels: prefixed(given, 'label.') };
    this.write(subjects.reservation(blank.operation), { ...blank, kind, name, request });
  }

  /** One decision a lot, without a trace. */
  decide(
    args: readonly string[],
    offer: { only: readonly string[]; exclude: readonly string[] },
    lots: readonly number[],
  ): Judgement[] {
    const config = { strategy: this.#strategy, filters: this.#filters, clusterOpts: this.#options, publish: 'auto' as const };
    const { request } = this.#parse(args);
    const keys = { only: offer.only.map(keyOf), exclude: offer.exclude.map(keyOf) };
    return lots.map((lot) => {
      const randomness = { hex: (bytes: number) => '0'.repeat(bytes * 2), fraction: () => lot };
      return placementJudge(this.ledger, config, randomness).place(request, keys);
    });
  }

  write(subject: string, record: object): void {
    this.ledger.apply({ subject, sequence: ++this.#sequence, payload: Buffer.from(JSON.stringify(record)) });
  }

  #object<K extends ObjectKind>(node: string, kind: K, id: string, facts: FactsOf[K]): void {
    const engine = keyOf(node);
    const payload = encodeObject<K>({ epoch: 1, facts, summary: Buffer.from('{}') });
    this.ledger.apply({ subject: subjects[kind](engine, id), sequence: ++this.#sequence, payload });
  }

  #reservation(node: string, { request, operation }: ParsedRun, devices: readonly string[]): ReservationRecord {
    const held = { name: request.name, container: '', request, devices: [...devices] };
    return { operation, kind: 'create', engine: keyOf(node), term: 1, ...held, published: [], moves: [], grantedAtMs: 0 };
  }

  #parse(args: readonly string[]): ParsedRun {
    const { name, platform, body } = parseDockerRun(args);
    const serial = String(++this.#serial);
    const isNode = (text: string) => this.#identities.has(text);
    const context = { name, platform, apiVersion: '1.51', isNode, swarmId: serial.padStart(64, 'f') };
    return { ...parseCreate(Buffer.from(JSON.stringify(body)), context), operation: `operation-${serial}` };
  }
}

type ParsedRun = ParsedCreate & { readonly operation: string };

/** `cpus=4 memory=8g label.zone=a gpus=0,1 os= arch= api= kernel= storage= system= version= id=` */
function identityFrom(name: string, given: Readonly<Record<string, string>>): EngineIdentity {
  const gpus = given['gpus']?.split(',') ?? [];
  const GenericResources = gpus.map((Value) => ({ NamedResourceSpec: { Kind: given['gpukind'] ?? 'NVIDIA-GPU', Value } }));
  const DiscoveredDevices = (given['cdi']?.split(',') ?? []).map((ID) => ({ Source: 'cdi', ID }));
  const { devices } = identityOf({ GenericResources, DiscoveredDevices }, {}, '');
  return engineIdentity(name, {
    devices,
    id: given['id'] ?? `id-of-${name}`,
    cpus: Number(given['cpus'] ?? 4),
    memoryBytes: Number(given['memory']?.replace('g', '') ?? 8) * 1024 ** 3,
    labels: prefixed(given, 'label.'),
    storageDriver: given['storage'] ?? 'overlay2',
    kernelVersion: given['kernel'] ?? '6.1.0',
    operatingSystem: given['system'] ?? 'Debian GNU/Linux 12 (bookworm)',
    osType: given['os'] ?? 'linux',
    architecture: given['arch'] ?? 'x86_64',
    serverVersion: given['version'] ?? '28.0.0',
    apiVersion: given['api'] ?? '1.51',
  });
}

/** The log's key of an engine, as discovery makes it. */
function keyOf(node: string): string {
  return engineKey(`${node}:2375`);
}

function prefixed(given: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  const entries = Object.entries(given).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]));
}
