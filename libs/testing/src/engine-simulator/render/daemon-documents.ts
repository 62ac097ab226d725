import type { EngineState } from '../model/engine-state.ts';

export const apiVersion = '1.51';
export const minApiVersion = '1.24';
export const serverVersion = '28.5.2';
const kernelVersion = '6.12.41';
const buildTime = '2026-09-15T11:02:57.000000000+00:00';
const goVersion = 'go1.24.9';
const commit = '89c5e8f';
const runtime = {
  path: 'runc',
  status: { 'org.opencontainers.runtime-spec.features': '{"ociVersionMin":"1.0.0","ociVersionMax":"1.2.1"}' },
};

/** What the machine of a simulated engine has. */
const cpus = 16;
const memoryBytes = 64 * 1024 ** 3;

/** The document of `GET /version`. */
export function versionDocument() {
  return {
    Platform: { Name: '' },
    Components: [
      {
        Name: 'Engine',
        Version: serverVersion,
        Details: {
          ApiVersion: apiVersion,
          Arch: 'amd64',
          BuildTime: buildTime,
          Experimental: 'false',
          GitCommit: commit,
          GoVersion: goVersion,
          KernelVersion: kernelVersion,
          MinAPIVersion: minApiVersion,
          Os: 'linux',
        },
      },
      { Name: 'containerd', Version: '2.1.4', Details: { GitCommit: '' } },
      { Name: 'runc', Version: '1.3.2', Details: { GitCommit: '' } },
      { Name: 'docker-init', Version: '0.19.0', Details: { GitCommit: '' } },
    ],
    Version: serverVersion,
    ApiVersion: apiVersion,
    MinAPIVersion: minApiVersion,
    GitCommit: commit,
    GoVersion: goVersion,
    Os: 'linux',
    Arch: 'amd64',
    KernelVersion: kernelVersion,
    BuildTime: buildTime,
  };
}

/** The document of `GET /info`. */
export function infoDocument(engine: EngineState, listeners: number) {
  const counts = { created: 0, running: 0, paused: 0, exited: 0 };
  for (const { state } of engine.containers.all) counts[state] += 1;
  return {
    ID: engine.identity.id,
    Containers: engine.containers.count,
    ContainersRunning: counts.running,
    ContainersPaused: counts.paused,
    ContainersStopped: counts.created + counts.exited,
    Images: engine.images.count,
    ...storage,
    ...limits,
    Debug: false,
    NFd: 28,
    OomKillDisable: true,
    NGoroutines: 53,
    SystemTime: new Date(engine.clock.nowMs()).toISOString(),
    LoggingDriver: 'json-file',
    CgroupDriver: 'cgroupfs',
    CgroupVersion: '1',
    NEventsListener: listeners,
    ...host,
    Name: engine.identity.name,
    Labels: [],
    ...release,
  };
}

const storage = {
  Driver: 'overlay2',
  DriverStatus: [
    ['Backing Filesystem', 'extfs'],
    ['Supports d_type', 'true'],
    ['Using metacopy', 'false'],
    ['Native Overlay Diff', 'true'],
    ['userxattr', 'false'],
  ],
  Plugins: {
    Volume: ['local'],
    Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
    Authorization: null,
    Log: ['awslogs', 'fluentd', 'gelf', 'journald', 'json-file', 'local', 'splunk', 'syslog'],
  },
};

const limits = {
  MemoryLimit: true,
  SwapLimit: true,
  KernelMemoryTCP: true,
  CpuCfsPeriod: true,
  CpuCfsQuota: true,
  CPUShares: true,
  CPUSet: true,
  PidsLimit: true,
  IPv4Forwarding: true,
};

const host = {
  KernelVersion: kernelVersion,
  OperatingSystem: 'Debian GNU/Linux 13 (trixie)',
  OSVersion: '13',
  OSType: 'linux',
  Architecture: 'x86_64',
  IndexServerAddress: '',
  RegistryConfig: { IndexConfigs: {}, InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8'], Mirrors: null },
  NCPU: cpus,
  MemTotal: memoryBytes,
  GenericResources: null,
  DockerRootDir: '/var/lib/docker',
  HttpProxy: '',
  HttpsProxy: '',
  NoProxy: '',
};

const release = {
  ExperimentalBuild: false,
  ServerVersion: serverVersion,
  Runtimes: { 'io.containerd.runc.v2': runtime, runc: runtime },
  DefaultRuntime: 'runc',
  Swarm: {
    NodeID: '',
    NodeAddr: '',
    LocalNodeState: 'inactive',
    ControlAvailable: false,
    Error: '',
    RemoteManagers: null,
  },
  LiveRestoreEnabled: false,
  Isolation: '',
  InitBinary: 'docker-init',
  ContainerdCommit: { ID: '' },
  RuncCommit: { ID: '' },
  InitCommit: { ID: '' },
  SecurityOptions: ['name=seccomp,profile=builtin'],
  FirewallBackend: { Driver: 'iptables' },
  CDISpecDirs: ['/etc/cdi', '/var/run/cdi'],
  Containerd: { Address: '/run/containerd/containerd.sock', Namespaces: { Containers: 'moby', Plugins: 'plugins.moby' } },
  Warnings: null,
};
