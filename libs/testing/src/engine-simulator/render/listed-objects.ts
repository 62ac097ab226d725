import type { Container } from '../model/container.ts';
import type { EngineState } from '../model/engine-state.ts';
import type { Image } from '../model/image.ts';
import { addressOf, gatewayOf, type Network } from '../model/network.ts';
import { macOf } from '../model/seeded-ids.ts';
import type { Volume } from '../model/volume-store.ts';
import { dockerSecond, dockerTime } from './docker-times.ts';
import { endpointId } from './endpoint.ts';
import { volumePath } from './mounts.ts';

/** An entry of `GET /images/json`. */
export function imageSummary(image: Image, containers: number) {
  return {
    Containers: containers,
    Created: Math.trunc(image.createdAtMs / 1_000),
    Id: image.id,
    Labels: image.labels,
    ParentId: image.parent,
    RepoDigests: image.digests,
    RepoTags: image.tags,
    SharedSize: -1,
    Size: image.sizeBytes,
  };
}

/** How many containers each image has, by its id. */
export function containersByImage(engine: EngineState): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { image } of engine.containers.all) counts.set(image.id, (counts.get(image.id) ?? 0) + 1);
  return counts;
}

/** The document of `GET /images/{name}/json`. */
export function imageInspect(image: Image) {
  const layer = `/var/lib/docker/overlay2/${image.id.slice(7)}`;
  return {
    Id: image.id,
    RepoTags: image.tags,
    RepoDigests: image.digests,
    Parent: image.parent,
    Comment: '',
    Created: dockerTime(image.createdAtMs),
    DockerVersion: '',
    Author: '',
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.sizeBytes,
    GraphDriver: {
      Data: { MergedDir: `${layer}/merged`, UpperDir: `${layer}/diff`, WorkDir: `${layer}/work` },
      Name: 'overlay2',
    },
    RootFS: { Type: 'layers', Layers: [`sha256:${image.id.slice(7).split('').reverse().join('')}`] },
    Metadata: { LastTagTime: '0001-01-01T00:00:00Z' },
    Config: {
      Cmd: image.command,
      Entrypoint: null,
      Env: image.environment,
      Labels: image.labels,
      OnBuild: null,
      User: '',
      Volumes: null,
      WorkingDir: '',
    },
  };
}

/** An entry of `GET /networks`; with containers, the document of `GET /networks/{id}`. */
export function networkDocument(network: Network, containers: Iterable<Container> = []) {
  const { prefix } = network;
  const config = prefix === '' ? null : [{ Subnet: `${prefix}.0.0/16`, Gateway: gatewayOf(network) }];
  return {
    Name: network.name,
    Id: network.id,
    Created: dockerTime(network.createdAtMs),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: { Driver: 'default', Options: null, Config: config },
    Internal: network.isInternal,
    Attachable: network.isAttachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(attached(network, containers)),
    Options: network.options,
    Labels: network.labels,
  };
}

function* attached(network: Network, containers: Iterable<Container>): Generator<[string, object]> {
  for (const container of containers) {
    const endpoint = container.endpoints.find((known) => known.network === network && known.host !== 0);
    if (endpoint === undefined) continue;
    const address = addressOf(endpoint);
    yield [
      container.id,
      {
        Name: container.name,
        EndpointID: endpointId(container, endpoint),
        MacAddress: macOf(container.id),
        IPv4Address: address === '' ? '' : `${address}/16`,
        IPv6Address: '',
      },
    ];
  }
}

/** An entry of `GET /volumes`, and the document of `GET /volumes/{name}`. */
export function volumeDocument({ name, driver, createdAtMs, labels, options }: Volume) {
  return {
    CreatedAt: dockerSecond(createdAtMs),
    Driver: driver,
    Labels: labels,
    Mountpoint: volumePath(name),
    Name: name,
    Options: options,
    Scope: 'local',
  };
}
