import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { engineFolders } from '../../../../tools/bootstrap/engine-folders.mjs';
import { provideEngines } from '../../../../tools/bootstrap/engines.mjs';
import { type BedNetwork, claimNetwork } from './bed-network.ts';
import {
  type BedRecord,
  bedFolder,
  type HostRecord,
  makeBedFolder,
  readBed,
  readHosts,
  writeBed,
  writeHost,
} from './bed-record.ts';
import { reapBeds, removeBed } from './bed-removal.ts';
import { type DaemonCertificates, type EngineSettings, type Generation, TestEngine } from './engine.ts';
import { Host } from './host.ts';
import { identify } from './owned-process.ts';
import { TestRegistry } from './registry.ts';

export type EngineOptions = {
  /** Default `old`. */
  readonly generation?: Generation;
  /** The host's name, hence the node's; default `node-<n>`. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** More options of dockerd. */
  readonly args?: readonly string[];
  /** True = it listens on its unix socket alone: no port of its host is open. Default false. */
  readonly socketOnly?: boolean;
  /** Its address then speaks TLS only and asks for client certificates. */
  readonly tls?: DaemonCertificates;
};

export type BedOptions = {
  /** True = the bed has exactly the name, outlives this process and is found again by `Testbed.attach`. */
  readonly lasting?: boolean;
  /** With `lasting`: the bed does not outlive the process of this pid. */
  readonly ownerPid?: number;
};

/** node-1 has 10.77.x.11. */
const firstHostNumber = 11;
const enginesMax = 200;
const registryNumber = 250;
const nameShape = /^[a-z0-9][a-z0-9-]{0,30}$/;
let opened = 0;

/**
 * Real Docker engines on this machine (Linux, root): each old (20.10) or new (28), on a host of its own, on a network of the bed.
 * Any number of beds may be open at once. A bed goes with `close`. When its process dies its engines die too,
 * and the rest goes when the next bed opens.
 */
export class Testbed {
  readonly name: string;
  /** The subnet of its hosts, e.g. `10.77.3.0/24`. */
  readonly subnet: string;
  /** The machine's address on it: what containers and engines of the bed reach this machine by. */
  readonly gateway: string;
  readonly #record: BedRecord;
  readonly #engines = new Map<string, TestEngine>();
  #lastNumber: number;

  private constructor(record: BedRecord, hosts: readonly HostRecord[]) {
    this.#record = record;
    this.name = record.name;
    this.subnet = record.network.subnet;
    this.gateway = record.network.gateway;
    for (const host of hosts) if (host.engine !== undefined) this.#engines.set(host.name, this.#engineOf(host, host.engine));
    this.#lastNumber = Math.max(
      firstHostNumber - 1,
      ...hosts.filter((host) => host.engine !== undefined).map((host) => host.number),
    );
  }

  /** Installs the engines if need be. A lasting bed has exactly the name; others get one of their own that starts with it. */
  static async open(name: string, { lasting = false, ownerPid }: BedOptions = {}): Promise<Testbed> {
    if (!nameShape.test(name)) throw new Error(`'${name}' is no name for a bed: up to 31 of a-z 0-9 -`);
    await provideEngines();
    await reapBeds(Date.now());
    opened += 1;
    const ownName = lasting ? name : `${name}-${process.pid}-${opened}`;
    if (!makeBedFolder(ownName)) throw new Error(`the bed '${ownName}' is up already`);
    const owningPid = lasting ? ownerPid : process.pid;
    const owner = owningPid === undefined ? undefined : identify(owningPid);
    const recordOf = (network: BedNetwork): BedRecord => ({ name: ownName, network, ...(owner === undefined ? {} : { owner }) });
    const network = await claimNetwork(ownName, (intended) => writeBed(recordOf(intended)));
    const { dockerConfig } = engineFolders();
    mkdirSync(join(bedFolder(ownName), 'docker-config'));
    symlinkSync(join(dockerConfig, 'cli-plugins'), join(bedFolder(ownName), 'docker-config', 'cli-plugins'));
    return new Testbed(recordOf(network), []);
  }

  /** The lasting bed of this name, `undefined` when there is none. */
  static async attach(name: string): Promise<Testbed | undefined> {
    const record = readBed(name);
    return record === undefined ? undefined : new Testbed(record, readHosts(name));
  }

  /** In the order they were made. */
  get engines(): readonly TestEngine[] {
    return [...this.#engines.values()];
  }

  /** What discovery takes: `nodes://10.77.3.11:2375,…` */
  get nodesArgument(): string {
    return `nodes://${this.engines.map((engine) => engine.address).join(',')}`;
  }

  /** A DOCKER_CONFIG folder of the bed's own, with compose and buildx as plugins. */
  get dockerConfig(): string {
    return join(bedFolder(this.name), 'docker-config');
  }

  /** Boots one more engine; resolves once it answers (about 1.5 s). Several may boot at once. */
  async engine(options: EngineOptions = {}): Promise<TestEngine> {
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    if (number >= firstHostNumber + enginesMax) throw new Error(`a bed has room for ${enginesMax} engines`);
    const name = options.name ?? `node-${number - firstHostNumber + 1}`;
    if (existsSync(join(bedFolder(this.name), name))) throw new Error(`the bed has a host ${name} already`);
    const settings: EngineSettings = {
      generation: options.generation ?? 'old',
      labels: options.labels ?? {},
      args: options.args ?? [],
      ...(options.socketOnly === undefined ? {} : { socketOnly: options.socketOnly }),
      ...(options.tls === undefined ? {} : { tls: options.tls }),
    };
    const host: HostRecord = { name, number, engine: settings };
    writeHost(this.name, host);
    const engine = this.#engineOf(host, settings);
    this.#engines.set(name, engine);
    await engine.up();
    return engine;
  }

  /** Boots the same host with a new engine: address, name and what is on its disk stay. Resolves once it answers. */
  async upgrade(engine: TestEngine): Promise<TestEngine> {
    const host = readHosts(this.name).find(({ name }) => name === engine.name);
    if (host?.engine === undefined) throw new Error(`the bed has no engine ${engine.name}`);
    await engine.powerOff();
    const settings: EngineSettings = { ...host.engine, generation: 'new' };
    writeHost(this.name, { ...host, engine: settings });
    const upgraded = this.#engineOf(host, settings);
    this.#engines.set(engine.name, upgraded);
    await upgraded.up();
    return upgraded;
  }

  /** Starts a registry on the bed's network. One a bed. */
  async registry(): Promise<TestRegistry> {
    const host: HostRecord = { name: 'registry', number: registryNumber };
    writeHost(this.name, host);
    const registry = new TestRegistry(this.#hostOf(host, engineFolders().new));
    await registry.up();
    return registry;
  }

  /** Removes everything the bed made. */
  async close(): Promise<void> {
    this.#engines.clear();
    await removeBed(this.#record);
  }

  #engineOf(host: HostRecord, settings: EngineSettings): TestEngine {
    const rootFolder = engineFolders()[settings.generation];
    return new TestEngine(this.#hostOf(host, rootFolder), settings, { subnet: this.subnet, dockerConfig: this.dockerConfig });
  }

  #hostOf({ name, number }: HostRecord, rootFolder: string): Host {
    const folder = join(bedFolder(this.name), name);
    const diesWithUs = this.#record.owner?.pid === process.pid;
    return new Host({ name, number, rootFolder, folder, network: this.#record.network, diesWithUs });
  }
}
