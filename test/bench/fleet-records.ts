import { createHash } from 'node:crypto';
import { type ContainerFacts, encodeObject, engineKey, subjects } from '#contracts';
import { containerFacts, engineIdentity, engineRecord } from '#testing';
import type { FilledRecord } from './filled-log.ts';

export type RecordedFleet = { readonly engines: number; readonly containers: number; readonly address: string };

const imagesPerEngine = 20;
const imagesInAll = 60;
const dayMs = 86_400_000;

/** The records of a fleet as its monitors write them: list entries of 1.5 to 2 kB, several images and networks an engine. */
export function* fleetRecords({ engines, containers, address }: RecordedFleet): Generator<FilledRecord> {
  const nowMs = Date.now();
  for (let engine = 0; engine < engines; engine++) {
    const key = engineKey(`engine-${engine}:2375`);
    const identity = engineIdentity(`engine-${engine}`, { id: hex(`engine ${engine}`), cpus: 8, memoryBytes: 32 * 1024 ** 3 });
    yield [subjects.lease(`engine.${key}`), json({ holder: 'monitor-1' })];
    yield [subjects.engineInfo(key), json(engineRecord(key, { address, identity, sinceMs: nowMs, updatedAtMs: nowMs }))];
    yield [subjects.member(key), json({ key, address, source: 'nodes' })];
    for (let image = 0; image < imagesPerEngine; image++) yield imageOf(key, (engine + image) % imagesInAll);
    for (const name of ['bridge', 'host', 'none', `app-${engine}_default`]) yield networkOf(key, engine, name);
    for (let volume = 0; volume < 5; volume++) yield volumeOf(key, `app-${engine}_data-${volume}`);
    for (let number = 0; number < containers; number++) yield containerOf(key, engine, number, nowMs);
  }
}

/** Name and id of one container of such a fleet. */
export function recordedContainer(engine: number, number: number): { readonly id: string; readonly name: string } {
  return { id: hex(`container ${engine} ${number}`), name: `app-${engine}-web-${number}` };
}

function containerOf(key: string, engine: number, number: number, nowMs: number): FilledRecord {
  const { id, name } = recordedContainer(engine, number);
  const image = (engine + (number % imagesPerEngine)) % imagesInAll;
  const createdAtMs = nowMs - Math.trunc(dayMs * (1 + ((engine * 7 + number * 13) % 300) / 10)) - number;
  const labels = {
    'com.docker.compose.project': `app-${engine}`,
    'com.docker.compose.service': `web-${number}`,
    'com.docker.compose.config-hash': hex(`config ${engine} ${number}`),
    'com.docker.compose.container-number': '1',
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.version': '2.39.1',
    'org.opencontainers.image.title': `application-${image}`,
  };
  const network = `app-${engine}_default`;
  const mount = { type: 'volume', name: `app-${engine}_data-${number % 5}`, source: '', destination: '/var/lib/data' };
  const given: Partial<ContainerFacts> = {
    names: [name],
    image: `registry.example/app-${image}:latest`,
    imageId: `sha256:${hex(`image ${image}`)}`,
    createdAtMs,
    startedAtMs: createdAtMs + 900,
    labels,
    ports: [{ ip: '0.0.0.0', hostPort: 20_000 + number, containerPort: 80, protocol: 'tcp' }],
    networkMode: network,
    networks: { [network]: hex(`network ${engine} ${network}`) },
    mounts: [mount],
  };
  const facts = containerFacts(id, given);
  const summary = json(listEntry(facts, engine, number));
  return [subjects.container(key, id), encodeObject({ engine: key, epoch: 1, facts, summary })];
}

function listEntry(facts: ContainerFacts, engine: number, number: number): object {
  const [network = ''] = Object.keys(facts.networks);
  const endpoint = {
    IPAMConfig: null,
    Links: null,
    Aliases: null,
    MacAddress: '02:42:ac:12:00:02',
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: facts.networks[network],
    EndpointID: hex(`endpoint ${engine} ${number}`),
    Gateway: '172.18.0.1',
    IPAddress: `172.18.0.${number % 250}`,
    IPPrefixLen: 16,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
  return {
    Id: facts.id,
    Names: facts.names.map((name) => `/${name}`),
    Image: facts.image,
    ImageID: facts.imageId,
    Command: '/docker-entrypoint.sh nginx -g "daemon off;"',
    Created: Math.trunc(facts.createdAtMs / 1_000),
    Ports: [
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 20_000 + number, Type: 'tcp' },
      { IP: '::', PrivatePort: 80, PublicPort: 20_000 + number, Type: 'tcp' },
    ],
    Labels: facts.labels,
    State: facts.state,
    Status: 'Up 2 days',
    HostConfig: { NetworkMode: facts.networkMode },
    NetworkSettings: { Networks: { [network]: endpoint } },
    Mounts: facts.mounts.map(({ name, destination }) => ({
      Type: 'volume',
      Name: name,
      Source: `/var/lib/docker/volumes/${name}/_data`,
      Destination: destination,
      Driver: 'local',
      Mode: 'z',
      RW: true,
      Propagation: '',
    })),
  };
}

function imageOf(key: string, image: number): FilledRecord {
  const id = `sha256:${hex(`image ${image}`)}`;
  const repoTags = [`registry.example/app-${image}:latest`];
  const repoDigests = [`registry.example/app-${image}@sha256:${hex(`digest ${image}`)}`];
  const facts = { id, repoTags, repoDigests, createdAtMs: image * 1_000, sizeBytes: 1_000, labels: {} };
  const row = {
    Containers: -1,
    Created: image,
    Id: id,
    Labels: null,
    ParentId: '',
    RepoDigests: repoDigests,
    RepoTags: repoTags,
  };
  const summary = json({ ...row, SharedSize: -1, Size: 1_000 });
  return [subjects.image(key, id), encodeObject({ engine: key, epoch: 1, facts, summary })];
}

function networkOf(key: string, engine: number, name: string): FilledRecord {
  const id = hex(`network ${engine} ${name}`);
  const facts = { id, name, driver: 'bridge', scope: 'local', labels: {}, createdAtMs: 1 };
  const ipam = { Driver: 'default', Options: null, Config: [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }] };
  const more = { EnableIPv6: false, Internal: false, Attachable: false, Ingress: false, Containers: {}, Options: {}, Labels: {} };
  const summary = json({
    Name: name,
    Id: id,
    Created: '2026-01-01T00:00:00Z',
    Scope: 'local',
    Driver: 'bridge',
    IPAM: ipam,
    ...more,
  });
  return [subjects.network(key, id), encodeObject({ engine: key, epoch: 1, facts, summary })];
}

function volumeOf(key: string, name: string): FilledRecord {
  const facts = { name, driver: 'local', scope: 'local', labels: {}, createdAtMs: 1 };
  const mountpoint = `/var/lib/docker/volumes/${name}/_data`;
  const summary = json({
    CreatedAt: '2026-01-01T00:00:00Z',
    Driver: 'local',
    Labels: null,
    Mountpoint: mountpoint,
    Name: name,
    Options: null,
    Scope: 'local',
  });
  return [subjects.volume(key, name), encodeObject({ engine: key, epoch: 1, facts, summary })];
}

function hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
