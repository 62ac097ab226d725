import { z } from 'zod';

const list = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const figure = z
  .int()
  .nullish()
  .transform((value) => value ?? 0);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const anyOf = z
  .array(z.unknown())
  .nullish()
  .transform((value) => value ?? []);
/** Anything but its absence, `null` and the empty forms of it means something. */
const presence = z
  .unknown()
  .optional()
  .transform((value) => !(value === undefined || value === null || value === ''));

const Mount = z.looseObject({
  Type: text,
  Source: text,
  Target: text,
  VolumeOptions: z
    .looseObject({
      Labels: z.record(z.string(), z.string()).nullish(),
      DriverConfig: z.looseObject({ Name: z.string().nullish(), Options: z.record(z.string(), z.string()).nullish() }).nullish(),
    })
    .nullish(),
});

const binding = z.looseObject({ HostIp: z.string().nullish(), HostPort: z.string().nullish() });

/** The members of a HostConfig that decisions depend on, of the types that an engine takes. Resources of an update are read with it, too. */
export const LimitedHost = z.object({
  Privileged: flag,
  NetworkMode: text,
  PidMode: text,
  IpcMode: text,
  UTSMode: text,
  UsernsMode: text,
  CgroupnsMode: text,
  Cgroup: text,
  CgroupParent: text,
  Runtime: text,
  VolumeDriver: text,
  ContainerIDFile: presence,
  LxcConf: presence,
  MaskedPaths: presence,
  ReadonlyPaths: presence,
  OomScoreAdj: figure,
  CpuRealtimePeriod: figure,
  CpuRealtimeRuntime: figure,
  OomKillDisable: flag,
  Memory: figure,
  MemorySwap: figure,
  NanoCpus: figure,
  PidsLimit: figure,
  PublishAllPorts: flag,
  Binds: list,
  VolumesFrom: list,
  Links: list,
  CapAdd: list,
  Capabilities: list,
  SecurityOpt: list,
  GroupAdd: list,
  DeviceCgroupRules: list,
  DeviceRequests: anyOf,
  Devices: z
    .array(z.looseObject({ PathOnHost: text }))
    .nullish()
    .transform((value) => value ?? []),
  Ulimits: z
    .array(z.looseObject({ Name: text }))
    .nullish()
    .transform((value) => value ?? []),
  Annotations: z
    .record(z.string(), z.string())
    .nullish()
    .transform((value) => value ?? {}),
  LogConfig: z
    .looseObject({ Type: text })
    .nullish()
    .transform((value) => value ?? { Type: '' }),
  Mounts: z
    .array(Mount)
    .nullish()
    .transform((value) => value ?? []),
  PortBindings: z
    .record(z.string(), z.array(binding).nullish())
    .nullish()
    .transform((value) => value ?? {}),
});
export type LimitedHost = z.infer<typeof LimitedHost>;
