import type { ContainerLimits } from '#access';
import { type BindSource, bindSource } from '#docker-api';
import { refused } from './judge.ts';
import type { LimitedHost } from './limited-host.ts';

/** Says why a container with this HostConfig is refused; `undefined` = this rule has nothing against it. */
type ContainerRule = (host: LimitedHost, limits: ContainerLimits) => string | undefined;

const usualLogDrivers: readonly string[] = ['', 'none', 'json-file', 'local'];
const usualVolumeDrivers: readonly string[] = ['', 'local'];

/** Limits of what one process takes of its container. Others take from the engine's machine: its priorities, memory that is never swapped out. */
const usualUlimits: readonly string[] = ['core', 'cpu', 'data', 'fsize', 'locks', 'nofile', 'nproc', 'rss', 'stack'];

/** Each a way out of a container, or into what belongs to the engine's machine, which the policy may open. */
const limited: readonly (readonly [keyof ContainerLimits, ContainerRule])[] = [
  ['privileged', ({ Privileged }, { privileged }) => (Privileged && !privileged ? 'privileged containers' : undefined)],
  ['hostNamespaces', ({ NetworkMode }, limits) => hostNamespace('network', NetworkMode, limits)],
  ['hostNamespaces', ({ PidMode }, limits) => hostNamespace('pid', PidMode, limits)],
  ['hostNamespaces', ({ IpcMode }, limits) => hostNamespace('ipc', IpcMode, limits)],
  ['hostNamespaces', ({ UTSMode }, limits) => hostNamespace('uts', UTSMode, limits)],
  ['hostNamespaces', ({ UsernsMode }, limits) => hostNamespace('user', UsernsMode, limits)],
  ['hostNamespaces', ({ CgroupnsMode }, limits) => hostNamespace('cgroup', CgroupnsMode, limits)],
  [
    'devices',
    ({ Devices }, { devices }) =>
      beyond(
        Devices.map(({ PathOnHost }) => PathOnHost),
        devices,
        'the device',
      ),
  ],
  ['gpus', ({ DeviceRequests }, { gpus }) => (gpus ? undefined : some(DeviceRequests, 'device requests (GPUs)'))],
  [
    'capabilities',
    ({ CapAdd, Capabilities }, { capabilities }) =>
      beyond([...CapAdd, ...Capabilities].map(plainCapability), capabilities, 'the capability'),
  ],
  [
    'securityOptions',
    ({ SecurityOpt }, { securityOptions }) =>
      beyond(
        SecurityOpt.filter((option) => !/^no-new-privileges(?:[:=]true)?$/.test(option)),
        securityOptions,
        'the security option',
      ),
  ],
  [
    'runtimes',
    ({ Runtime }, { runtimes }) =>
      beyond(
        [Runtime].filter((name) => name !== ''),
        runtimes,
        'the runtime',
      ),
  ],
  ['pids', ({ PidsLimit }, { pids }) => (PidsLimit > pids ? `more than ${pids} processes` : undefined)],
  [
    'lowestHostPort',
    ({ PortBindings }, { lowestHostPort }) => (lowestHostPort > 1 ? lowPort(PortBindings, lowestHostPort) : undefined),
  ],
  [
    'users',
    ({ GroupAdd }, { users }) =>
      users === 'non-root' && GroupAdd.some((group) => !isAboveZero(group)) ? 'groups by name, and group 0' : undefined,
  ],
  [
    'binds',
    ({ Binds }, { binds }) =>
      beyond(
        Binds.map(bindSource)
          .filter(isPath)
          .map(({ source }) => source),
        binds,
        'the bind mount of',
      ),
  ],
  [
    'binds',
    ({ Mounts }, { binds }) =>
      beyond(
        Mounts.filter(({ Type }) => Type === 'bind').map(({ Source }) => Source),
        binds,
        'the bind mount of',
      ),
  ],
];

/** The same, for which no policy has a word. */
const closed: readonly ContainerRule[] = [
  ({ DeviceCgroupRules }) => some(DeviceCgroupRules, 'device cgroup rules'),
  ({ MaskedPaths, ReadonlyPaths }) => (MaskedPaths || ReadonlyPaths ? 'other masked or read-only paths of /proc' : undefined),
  ({ CgroupParent, Cgroup }) => (CgroupParent || Cgroup ? 'a cgroup of its own choice' : undefined),
  ({ OomScoreAdj }) => (OomScoreAdj < 0 ? 'an OOM score below 0' : undefined),
  ({ CpuRealtimePeriod, CpuRealtimeRuntime }) => (CpuRealtimePeriod || CpuRealtimeRuntime ? 'real-time scheduling' : undefined),
  ({ Ulimits }) =>
    beyond(
      Ulimits.map(({ Name }) => Name),
      usualUlimits,
      'the ulimit',
    ),
  ({ OomKillDisable }) => (OomKillDisable ? 'a container that is not killed when memory runs out' : undefined),
  ({ Annotations }) => some(Object.keys(Annotations), 'annotations, which runtimes take for orders'),
  ({ LxcConf, ContainerIDFile }) => (LxcConf || ContainerIDFile ? 'LxcConf and ContainerIDFile' : undefined),
  ({ LogConfig }) => beyond([LogConfig.Type], usualLogDrivers, 'the log driver'),
  ({ VolumeDriver }) => beyond([VolumeDriver], usualVolumeDrivers, 'the volume driver'),
  // Without a source it is the path of an anonymous volume.
  ({ Binds }) =>
    some(
      Binds.filter((bind) => bindSource(bind).kind === 'none' && !bind.startsWith('/')),
      'a bind mount that says neither a source nor a path',
    ),
  ({ Mounts }) => Mounts.map(mountComplaint).find((complaint) => complaint !== undefined),
];

/** Throws access/refused with the first complaint of all rules. */
export function requireAllowed(host: LimitedHost, limits: ContainerLimits): void {
  for (const [key, rule] of limited) {
    const complaint = rule(host, limits);
    if (complaint !== undefined) throw refused(complaint, `containers.${key}`);
  }
  for (const rule of closed) {
    const complaint = rule(host, limits);
    if (complaint !== undefined) throw refused(complaint);
  }
}

/** Of a user as Docker takes it, `1000` or `1000:1000`: is every part a number above 0, however it is padded? Names are the image's to map. */
export function isPlainUser(user: string): boolean {
  const parts = user.split(':');
  return parts.length <= 2 && parts.every(isAboveZero);
}

function isAboveZero(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) > 0;
}

function lowPort(bindings: LimitedHost['PortBindings'], lowest: number): string | undefined {
  const asked = Object.values(bindings).flatMap((list) => list ?? []);
  return some(
    asked.filter(({ HostPort }) => !isDrawnOrAbove(HostPort ?? '', lowest)),
    `a host port below ${lowest}`,
  );
}

/** Of a host port as engines take it: empty or 0 where they draw one, a number, or a range. */
function isDrawnOrAbove(hostPort: string, lowest: number): boolean {
  if (/^0*$/.test(hostPort)) return true;
  return /^\d{1,5}(?:-\d{1,5})?$/.test(hostPort) && Number.parseInt(hostPort, 10) >= lowest;
}

/** What a namespace mode says beside the modes that stay within containers. */
function hostNamespace(
  namespace: ContainerLimits['hostNamespaces'][number],
  mode: string,
  { hostNamespaces }: ContainerLimits,
): string | undefined {
  const isHost = namespace === 'network' ? mode === 'host' : !isContained(mode);
  return isHost && !hostNamespaces.includes(namespace) ? `the ${namespace} namespace "${mode}"` : undefined;
}

function isContained(mode: string): boolean {
  return ['', 'private', 'none', 'shareable'].includes(mode) || mode.startsWith('container:');
}

type Mount = LimitedHost['Mounts'][number];

function mountComplaint({ Type, VolumeOptions }: Mount): string | undefined {
  if (Type === 'volume') return volumeDriverComplaint(VolumeOptions?.DriverConfig);
  return ['bind', 'tmpfs', 'image'].includes(Type) ? undefined : `mounts of type "${Type}"`;
}

/** The local driver's own options mount whatever the engine can reach: `type=none,o=bind,device=/`. */
function volumeDriverComplaint(driver: NonNullable<Mount['VolumeOptions']>['DriverConfig']): string | undefined {
  const { Name = '', Options = {} } = { ...driver };
  return (
    beyond([Name ?? ''], usualVolumeDrivers, 'the volume driver') ??
    some(Object.keys(Options ?? {}), 'options of the volume driver')
  );
}

function isPath({ kind }: BindSource): boolean {
  return kind === 'path';
}

function plainCapability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '');
}

function beyond(wanted: readonly string[], allowed: readonly string[], what: string): string | undefined {
  const odd = wanted.find((value) => !allowed.includes(value));
  return odd === undefined ? undefined : `${what} ${JSON.stringify(odd)}`;
}

function some(list: readonly unknown[], what: string): string | undefined {
  return list.length > 0 ? what : undefined;
}
