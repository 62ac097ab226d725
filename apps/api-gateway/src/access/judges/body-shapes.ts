import { hostConfig, resources, restartPolicy } from './host-config-shape.ts';
import { keys, listOf, type Shape } from './known-keys.ts';

const endpointShape: Shape = {
  closed: true,
  keys: {
    ...keys(
      'Links',
      'Aliases',
      'MacAddress',
      'NetworkID',
      'EndpointID',
      'Gateway',
      'IPAddress',
      'IPPrefixLen',
      'IPv6Gateway',
      'GlobalIPv6Address',
      'GlobalIPv6PrefixLen',
      'DriverOpts',
      'DNSNames',
      'GwPriority',
    ),
    IPAMConfig: { closed: true, keys: keys('IPv4Address', 'IPv6Address', 'LinkLocalIPs') },
  },
};

/** Config, which a commit has too. `PortSpecs`, of before API 1.7, is still sent by docker-java. */
const configKeys: Readonly<Record<string, Shape | true>> = {
  ...keys(
    'Hostname',
    'Domainname',
    'User',
    'AttachStdin',
    'AttachStdout',
    'AttachStderr',
    'ExposedPorts',
    'Tty',
    'OpenStdin',
    'StdinOnce',
    'Env',
    'Cmd',
    'ArgsEscaped',
    'Image',
    'Volumes',
    'WorkingDir',
    'Entrypoint',
    'NetworkDisabled',
    'MacAddress',
    'OnBuild',
    'Labels',
    'StopSignal',
    'StopTimeout',
    'Shell',
    'PortSpecs',
  ),
  Healthcheck: {
    closed: true,
    keys: keys('Test', 'Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'),
  },
};

export const createShape: Shape = {
  closed: true,
  // The query, which dockerode puts here too.
  ignored: ['name', 'platform'],
  keys: {
    ...configKeys,
    // Members of clients older than API 1.18; the others of HostConfig that engines up to 20.10 would read here are not known, and refused.
    ...keys('Memory', 'MemorySwap', 'CpuShares', 'Cpuset'),
    HostConfig: hostConfig,
    NetworkingConfig: { closed: true, keys: { EndpointsConfig: { each: endpointShape } } },
  },
};

/** Of a commit; dockerode puts the query here too. */
export const configShape: Shape = {
  closed: true,
  ignored: ['container', 'repo', 'tag', 'comment', 'author', 'pause', 'changes'],
  keys: configKeys,
};

export const updateShape: Shape = { closed: true, keys: { ...resources, RestartPolicy: restartPolicy } };

export const execShape: Shape = {
  closed: true,
  keys: keys(
    'User',
    'Privileged',
    'Tty',
    'ConsoleSize',
    'AttachStdin',
    'AttachStderr',
    'AttachStdout',
    'Detach',
    'DetachKeys',
    'Env',
    'WorkingDir',
    'Cmd',
    // Sent by older clients, which fill in the container of the path.
    'Container',
  ),
};

export const volumeShape: Shape = { closed: true, keys: keys('Name', 'Driver', 'DriverOpts', 'Labels', 'ClusterVolumeSpec') };

export const networkShape: Shape = {
  closed: true,
  keys: {
    ...keys(
      'Name',
      'CheckDuplicate',
      'Driver',
      'Scope',
      'EnableIPv4',
      'EnableIPv6',
      'Internal',
      'Attachable',
      'Ingress',
      'ConfigOnly',
      'Options',
      'Labels',
    ),
    IPAM: {
      closed: true,
      keys: { ...keys('Driver', 'Options'), Config: listOf('Subnet', 'IPRange', 'Gateway', 'AuxiliaryAddresses') },
    },
    ConfigFrom: { closed: true, keys: keys('Network') },
  },
};

export const endpointChangeShape: Shape = {
  closed: true,
  keys: { ...keys('Container', 'Force'), EndpointConfig: endpointShape },
};

export const loginShape: Shape = {
  closed: true,
  keys: keys('username', 'password', 'auth', 'email', 'serveraddress', 'identitytoken', 'registrytoken'),
};
