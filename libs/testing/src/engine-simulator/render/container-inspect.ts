import { type Container, isUp } from '../model/container.ts';
import { kinOf } from '../model/seeded-ids.ts';
import { dockerTime } from './docker-times.ts';
import { defaultEndpoint, endpointsDocument } from './endpoint.ts';
import { hostConfigDocument } from './host-config.ts';
import { mountDocuments } from './mounts.ts';
import { inspectedPorts } from './published-ports.ts';

const containersFolder = '/var/lib/docker/containers';
const layersFolder = '/var/lib/docker/overlay2';

/** The document of `GET /containers/{id}/json`, the members in a daemon's order. */
export function containerInspect(container: Container) {
  const { id, command } = container;
  // A container that was never started has no files yet.
  const file = (name: string) => (container.state === 'created' ? '' : `${containersFolder}/${id}/${name}`);
  return {
    Id: id,
    Created: dockerTime(container.createdAtMs),
    Path: command[0] ?? '',
    Args: command.slice(1),
    State: stateOf(container),
    Image: container.image.id,
    ResolvConfPath: file('resolv.conf'),
    HostnamePath: file('hostname'),
    HostsPath: file('hosts'),
    LogPath: file(`${id}-json.log`),
    Name: `/${container.name}`,
    RestartCount: 0,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: null,
    HostConfig: hostConfigDocument(container.hostConfig),
    GraphDriver: graphDriver(id),
    Mounts: mountDocuments(container, true),
    Config: configOf(container),
    NetworkSettings: networkSettings(container),
  };
}

function stateOf(container: Container) {
  return {
    Status: container.state,
    Running: isUp(container),
    Paused: container.state === 'paused',
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: container.pid,
    ExitCode: container.exitCode,
    Error: '',
    StartedAt: dockerTime(container.startedAtMs),
    FinishedAt: dockerTime(container.finishedAtMs),
  };
}

function graphDriver(id: string) {
  const layer = `${layersFolder}/${kinOf(id, 31)}`;
  return {
    Data: {
      ID: id,
      LowerDir: `${layer}-init/diff:${layersFolder}/${kinOf(id, 43)}/diff`,
      MergedDir: `${layer}/merged`,
      UpperDir: `${layer}/diff`,
      WorkDir: `${layer}/work`,
    },
    Name: 'overlay2',
  };
}

const configDefaults = {
  Domainname: '',
  User: '',
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Cmd: null,
  Volumes: null,
  WorkingDir: '',
  Entrypoint: null,
  OnBuild: null,
};

function configOf({ id, given, image }: Container) {
  const { NetworkingConfig: _endpoints, Hostname, ...own } = given;
  return {
    Hostname: Hostname || id.slice(0, 12),
    ...configDefaults,
    ...own,
    Cmd: given.Cmd ?? image.command,
    Env: [...(given.Env ?? []), ...image.environment],
    Labels: { ...image.labels, ...given.Labels },
  };
}

function networkSettings(container: Container) {
  const sandbox = isUp(container) ? kinOf(container.id, 19) : '';
  return {
    Bridge: '',
    SandboxID: sandbox,
    SandboxKey: sandbox === '' ? '' : `/var/run/docker/netns/${sandbox.slice(0, 12)}`,
    Ports: inspectedPorts(container),
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    ...defaultEndpoint(container),
    Networks: endpointsDocument(container, true),
  };
}
