import { keys, listOf, type Shape } from './known-keys.ts';

const rates = listOf('Path', 'Rate');

/** What an update changes too. */
export const resources = {
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

export const restartPolicy: Shape = { closed: true, keys: keys('Name', 'MaximumRetryCount') };

/** HostConfig, of every version up to 1.52. */
export const hostConfig: Shape = {
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
