import type { Shape } from './known-keys.ts';

function keys<const K extends string>(...names: K[]): Record<K, true> {
  return Object.fromEntries(names.map((name) => [name, true])) as Record<K, true>;
}

const resources = keys(
  'CpuShares',
  'Memory',
  'NanoCpus',
  'CgroupParent',
  'BlkioWeight',
  'BlkioWeightDevice',
  'BlkioDeviceReadBps',
  'BlkioDeviceWriteBps',
  'BlkioDeviceReadIOps',
  'BlkioDeviceWriteIOps',
  'CpuPeriod',
  'CpuQuota',
  'CpuRealtimePeriod',
  'CpuRealtimeRuntime',
  'CpusetCpus',
  'CpusetMems',
  'Devices',
  'DeviceCgroupRules',
  'DeviceRequests',
  'KernelMemory',
  'KernelMemoryTCP',
  'MemoryReservation',
  'MemorySwap',
  'MemorySwappiness',
  'OomKillDisable',
  'PidsLimit',
  'Ulimits',
  'CpuCount',
  'CpuPercent',
  'IOMaximumIOps',
  'IOMaximumBandwidth',
);

const mount: Shape = {
  closed: true,
  keys: {
    ...keys(
      'Type',
      'Source',
      'Target',
      'ReadOnly',
      'Consistency',
      'BindOptions',
      'TmpfsOptions',
      'ImageOptions',
      'ClusterOptions',
    ),
    VolumeOptions: {
      closed: true,
      keys: { ...keys('NoCopy', 'Labels', 'Subpath'), DriverConfig: { closed: true, keys: keys('Name', 'Options') } },
    },
  },
};

/** HostConfig, of every version up to 1.52. */
const hostConfig: Shape = {
  closed: true,
  keys: {
    ...resources,
    ...keys(
      'Binds',
      'ContainerIDFile',
      'NetworkMode',
      'PortBindings',
      'RestartPolicy',
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
    LogConfig: { closed: true, keys: keys('Type', 'Config') },
    Mounts: { each: mount },
  },
};

export const endpointShape: Shape = {
  closed: true,
  keys: keys(
    'IPAMConfig',
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
};

/** Config, which a commit has too. */
export const configKeys = keys(
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
  'Healthcheck',
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
);

export const createShape: Shape = {
  keys: {
    ...configKeys,
    // Members of clients older than API 1.18.
    ...keys('Memory', 'MemorySwap', 'CpuShares', 'Cpuset'),
    HostConfig: hostConfig,
    NetworkingConfig: { keys: { EndpointsConfig: { each: endpointShape } } },
  },
};

export const configShape: Shape = { keys: configKeys };

export const updateShape: Shape = { closed: true, keys: { ...resources, ...keys('RestartPolicy') } };

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
    IPAM: { closed: true, keys: keys('Driver', 'Config', 'Options') },
    ConfigFrom: { closed: true, keys: keys('Network') },
  },
};

export const endpointChangeShape: Shape = {
  closed: true,
  keys: { ...keys('Container', 'Force'), EndpointConfig: endpointShape },
};

export const loginShape: Shape = {
  keys: keys('username', 'password', 'auth', 'email', 'serveraddress', 'identitytoken', 'registrytoken'),
};
