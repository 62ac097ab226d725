import type { Shape } from './known-keys.ts';

function keys<const K extends string>(...names: K[]): Record<K, true> {
  return Object.fromEntries(names.map((name) => [name, true])) as Record<K, true>;
}

/** A list of objects of these members. */
function listOf(...names: string[]): Shape {
  return { each: { closed: true, keys: keys(...names) } };
}

const rates = listOf('Path', 'Rate');

const resources = {
  ...keys(
    'CpuShares',
    'Memory',
    'NanoCpus',
    'CgroupParent',
    'BlkioWeight',
    'CpuPeriod',
    'CpuQuota',
    'CpuRealtimePeriod',
    'CpuRealtimeRuntime',
    'CpusetCpus',
    'CpusetMems',
    'DeviceCgroupRules',
    'KernelMemory',
    'KernelMemoryTCP',
    'MemoryReservation',
    'MemorySwap',
    'MemorySwappiness',
    'OomKillDisable',
    'PidsLimit',
    'CpuCount',
    'CpuPercent',
    'IOMaximumIOps',
    'IOMaximumBandwidth',
  ),
  BlkioWeightDevice: listOf('Path', 'Weight'),
  BlkioDeviceReadBps: rates,
  BlkioDeviceWriteBps: rates,
  BlkioDeviceReadIOps: rates,
  BlkioDeviceWriteIOps: rates,
  Devices: listOf('PathOnHost', 'PathInContainer', 'CgroupPermissions'),
  DeviceRequests: listOf('Driver', 'Count', 'DeviceIDs', 'Capabilities', 'Options'),
  Ulimits: listOf('Name', 'Hard', 'Soft'),
};

const mount: Shape = {
  closed: true,
  keys: {
    ...keys('Type', 'Source', 'Target', 'ReadOnly', 'Consistency'),
    BindOptions: {
      closed: true,
      keys: keys('Propagation', 'NonRecursive', 'CreateMountpoint', 'ReadOnlyNonRecursive', 'ReadOnlyForceRecursive'),
    },
    TmpfsOptions: { closed: true, keys: keys('SizeBytes', 'Mode', 'Options') },
    ImageOptions: { closed: true, keys: keys('Subpath') },
    ClusterOptions: { closed: true, keys: {} },
    VolumeOptions: {
      closed: true,
      keys: { ...keys('NoCopy', 'Labels', 'Subpath'), DriverConfig: { closed: true, keys: keys('Name', 'Options') } },
    },
  },
};

const restartPolicy: Shape = { closed: true, keys: keys('Name', 'MaximumRetryCount') };

/** HostConfig, of every version up to 1.52. */
const hostConfig: Shape = {
  closed: true,
  keys: {
    ...resources,
    ...keys(
      'Binds',
      'ContainerIDFile',
      'NetworkMode',
      'AutoRemove',
      'VolumeDriver',
      'VolumesFrom',
      'ConsoleSize',
      'Annotations',
      'CapAdd',
      'CapDrop',
      'Capabilities',
      'CgroupnsMode',
      'Dns',
      'DnsOptions',
      'DnsSearch',
      'ExtraHosts',
      'GroupAdd',
      'IpcMode',
      'Cgroup',
      'Links',
      'LxcConf',
      'OomScoreAdj',
      'PidMode',
      'Privileged',
      'PublishAllPorts',
      'ReadonlyRootfs',
      'SecurityOpt',
      'StorageOpt',
      'Tmpfs',
      'UTSMode',
      'UsernsMode',
      'ShmSize',
      'Sysctls',
      'Runtime',
      'Isolation',
      'MaskedPaths',
      'ReadonlyPaths',
      'Init',
    ),
    PortBindings: { each: listOf('HostIp', 'HostPort') },
    RestartPolicy: restartPolicy,
    LogConfig: { closed: true, keys: keys('Type', 'Config') },
    Mounts: { each: mount },
  },
};

export const endpointShape: Shape = {
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
