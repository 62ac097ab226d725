import type { HostConfig } from '../model/create-body.ts';
import { networkMode } from './container-summary.ts';

/** What a daemon of API 1.51 makes of an empty host config, in its order of members. */
const defaults = {
  Binds: null,
  ContainerIDFile: '',
  LogConfig: { Type: 'json-file', Config: {} },
  NetworkMode: 'bridge',
  PortBindings: null,
  RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
  AutoRemove: false,
  VolumeDriver: '',
  VolumesFrom: null,
  ConsoleSize: [0, 0],
  CapAdd: null,
  CapDrop: null,
  CgroupnsMode: 'host',
  Dns: null,
  DnsOptions: null,
  DnsSearch: null,
  ExtraHosts: null,
  GroupAdd: null,
  IpcMode: 'private',
  Cgroup: '',
  Links: null,
  OomScoreAdj: 0,
  PidMode: '',
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  SecurityOpt: null,
  UTSMode: '',
  UsernsMode: '',
  ShmSize: 67_108_864,
  Runtime: 'runc',
  Isolation: '',
  CpuShares: 0,
  Memory: 0,
  NanoCpus: 0,
  CgroupParent: '',
  BlkioWeight: 0,
  BlkioWeightDevice: null,
  BlkioDeviceReadBps: null,
  BlkioDeviceWriteBps: null,
  BlkioDeviceReadIOps: null,
  BlkioDeviceWriteIOps: null,
  CpuPeriod: 0,
  CpuQuota: 0,
  CpuRealtimePeriod: 0,
  CpuRealtimeRuntime: 0,
  CpusetCpus: '',
  CpusetMems: '',
  Devices: null,
  DeviceCgroupRules: null,
  DeviceRequests: null,
  MemoryReservation: 0,
  MemorySwap: 0,
  MemorySwappiness: null,
  OomKillDisable: false,
  PidsLimit: null,
  Ulimits: null,
  CpuCount: 0,
  CpuPercent: 0,
  IOMaximumIOps: 0,
  IOMaximumBandwidth: 0,
  MaskedPaths: [
    '/proc/asound',
    '/proc/acpi',
    '/proc/interrupts',
    '/proc/kcore',
    '/proc/keys',
    '/proc/latency_stats',
    '/proc/timer_list',
    '/proc/timer_stats',
    '/proc/sched_debug',
    '/proc/scsi',
    '/sys/firmware',
    '/sys/devices/virtual/powercap',
  ],
  ReadonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
};

/** `HostConfig` of an inspection: what was given over the daemon's defaults. A memory limit brings a limit with swap of twice that. */
export function hostConfigDocument(given: HostConfig) {
  const memoryBytes = Number(given['Memory'] ?? 0);
  const swap = given['MemorySwap'] ?? memoryBytes * 2;
  const networking = { NetworkMode: networkMode(given.NetworkMode), PortBindings: withHostIps(given.PortBindings) };
  return { ...defaults, ...given, ...networking, MemorySwap: swap };
}

function withHostIps(bindings: HostConfig['PortBindings']): HostConfig['PortBindings'] {
  if (bindings === undefined || bindings === null) return null;
  const entries = Object.entries(bindings).map(([port, rows]) => [
    port,
    (rows ?? []).map(({ HostIp, HostPort }) => ({ HostIp: HostIp ?? '', HostPort: HostPort ?? '' })),
  ]);
  return Object.fromEntries(entries);
}
