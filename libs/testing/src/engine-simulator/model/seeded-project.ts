import type { SeededRandom } from '../../seeded-random.ts';
import type { ContainerState } from './container.ts';
import type { HostConfig } from './create-body.ts';
import type { EngineState } from './engine-state.ts';
import type { Image } from './image.ts';
import type { Mount } from './mount.ts';
import { type Network, nextHost } from './network.ts';
import { idFrom } from './seeded-ids.ts';
import { plainImages } from './seeded-images.ts';

export type SeededProject = {
  /** Its place among the engine's projects. */
  readonly project: number;
  /** Containers of the engine before its first one. */
  readonly from: number;
  readonly count: number;
  readonly bornAtMs: number;
  readonly random: SeededRandom;
};

/** What all replicas of a service share, in one copy: a hundred thousand containers have to fit in. */
type Service = {
  readonly name: string;
  /** `8080/tcp`; empty = it listens nowhere. */
  readonly port: string;
  readonly hasVolume: boolean;
  readonly command: string[];
  readonly environment: string[];
  readonly exposed: Record<string, object>;
  /** In the project's network. */
  readonly aliases: readonly string[];
};

const services: readonly Service[] = [
  service('web', '8080/tcp', ['node', 'server.js', '--port', '8080']),
  service('api', '3000/tcp', ['/usr/local/bin/api', '--listen', '0.0.0.0:3000']),
  service('worker', '', ['/usr/local/bin/worker', '--queue', 'default']),
  { ...service('db', '5432/tcp', ['postgres', '-c', 'max_connections=200']), hasVolume: true },
  service('cache', '6379/tcp', ['redis-server', '--save', '60', '1']),
];

function service(name: string, port: string, command: string[]): Service {
  const setting = (_: unknown, index: number) =>
    `${name.toUpperCase()}_SETTING_${index}=the value of setting ${index} of the service ${name}, as its operators wrote it`;
  const environment = Array.from({ length: 24 }, setting);
  return { name, port, hasVolume: false, command, environment, exposed: port === '' ? {} : { [port]: {} }, aliases: [name] };
}

const firstHostPort = 20_000;
const publishedEvery = 10;
const noMounts: readonly Mount[] = [];
const hourMs = 3_600_000;
const longestUpMs = 60 * 24 * hourMs;
const memoryBytes = 256 * 1024 ** 2;

/** A project as compose makes it: five services in replicas, a network, volumes for those that store. */
export function seedProject(engine: EngineState, given: SeededProject): void {
  const { number, seed } = engine.identity;
  const name = `app-${number}-${given.project}`;
  const network = engine.networks.add({
    id: idFrom(seed, number, 'network', name),
    name: `${name}_default`,
    createdAtMs: given.bornAtMs - longestUpMs,
    labels: {
      'com.docker.compose.network': 'default',
      'com.docker.compose.project': name,
      'com.docker.compose.version': '2.39.4',
    },
  });
  const images = engine.images.all.slice(-Math.max(1, engine.images.count - plainImages));
  for (let index = 0; index < given.count; index++) {
    const service = services[index % services.length];
    if (service !== undefined) seedContainer(engine, { ...given, index, name, network, service, images });
  }
}

type SeededContainer = SeededProject & {
  /** Its place in the project. */
  readonly index: number;
  /** The project's. */
  readonly name: string;
  readonly network: Network;
  readonly service: Service;
  readonly images: readonly Image[];
};

function seedContainer(engine: EngineState, given: SeededContainer): void {
  const { number, seed } = engine.identity;
  const { service, random, bornAtMs, network } = given;
  const replica = 1 + Math.floor(given.index / services.length);
  const image = random.pick(given.images);
  const state = random.pick(states);
  const startedAtMs = Math.round(bornAtMs - hourMs - random.fraction() * (longestUpMs - hourMs));
  const hasStarted = state !== 'created';
  const isRunning = state === 'running' || state === 'paused';
  const mounts = service.hasVolume ? [dataVolume(engine, given, replica)] : noMounts;
  engine.containers.add({
    id: idFrom(seed, number, 'container', given.from + given.index),
    name: `${given.name}-${service.name}-${replica}`,
    wasRenamed: false,
    createdAtMs: startedAtMs - 2_000,
    image,
    given: {
      Image: image.tags[0],
      Cmd: service.command,
      Env: service.environment,
      Labels: labelsOf(given, image, replica),
      ExposedPorts: service.exposed,
    },
    hostConfig: hostConfigOf(given, mounts),
    command: service.command,
    mounts,
    endpoints: [{ network, aliases: service.aliases, host: isRunning ? nextHost(network) : 0 }],
    state,
    startedAtMs: hasStarted ? startedAtMs : 0,
    finishedAtMs: state === 'exited' ? Math.round(startedAtMs + (bornAtMs - startedAtMs) / 2) : 0,
    exitCode: state === 'exited' ? random.pick([0, 1, 137]) : 0,
    pid: isRunning ? random.between(1_000, 60_000) : 0,
    hasInputEnded: false,
    cancelEnd: undefined,
  });
}

/** Every tenth container publishes its port. */
function hostConfigOf({ service, network, index, from }: SeededContainer, mounts: readonly Mount[]): HostConfig {
  const base = { NetworkMode: network.name, Memory: memoryBytes, RestartPolicy: unlessStopped };
  const [mount] = mounts;
  if (mount !== undefined) return { ...base, Binds: [`${mount.name}:${mount.destination}`] };
  if (index % publishedEvery !== 0 || service.port === '') return base;
  return { ...base, PortBindings: { [service.port]: [{ HostIp: '', HostPort: String(firstHostPort + from + index) }] } };
}

/** Of twenty containers one has ended; every fortieth is paused or was never started. */
const states: readonly ContainerState[] = [
  ...Array.from({ length: 36 }, (): ContainerState => 'running'),
  'exited',
  'exited',
  'paused',
  'created',
];
/** Of every service: what it is made of does not differ by engine. */
const configHash = idFrom('config');
const unlessStopped = { Name: 'unless-stopped', MaximumRetryCount: 0 };

function dataVolume(engine: EngineState, { name, service, bornAtMs }: SeededContainer, replica: number): Mount {
  const volume = `${name}_${service.name}-${replica}`;
  const labels = { 'com.docker.compose.project': name, 'com.docker.compose.volume': `${service.name}-${replica}` };
  engine.volumes.add({ name: volume, driver: 'local', createdAtMs: bornAtMs - longestUpMs, labels, options: null });
  return {
    type: 'volume',
    name: volume,
    source: '',
    destination: '/var/lib/data',
    mode: 'z',
    isWritable: true,
    isAnonymous: false,
  };
}

/** Those that compose sets. */
function labelsOf({ name, service, index }: SeededContainer, image: Image, replica: number): Record<string, string> {
  return {
    'com.docker.compose.config-hash': configHash,
    'com.docker.compose.container-number': String(replica),
    'com.docker.compose.depends_on': '',
    'com.docker.compose.image': image.id,
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.project': name,
    'com.docker.compose.project.config_files': '/srv/compose/docker-compose.yml',
    'com.docker.compose.project.working_dir': '/srv/compose',
    'com.docker.compose.service': service.name,
    'com.docker.compose.version': '2.39.4',
    'com.example.tier': index % 2 === 0 ? 'front' : 'back',
  };
}
