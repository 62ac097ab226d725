import { z } from 'zod';

/** A device request of `--gpus` / `DeviceRequests`. `count` -1 = all. */
export const DeviceRequest = z.object({
  driver: z.string(),
  count: z.number(),
  ids: z.array(z.string()),
  capabilities: z.array(z.array(z.string())),
});
export type DeviceRequest = z.infer<typeof DeviceRequest>;

/** What the scheduler needs to know of a create. Made by the gateway from the create body (`docker-api` parses it). */
export const PlacementRequest = z.object({
  /** Wanted container name without slash; empty = the engine names it. */
  name: z.string(),
  image: z.string(),
  /** `com.docker.swarm.id` of the container, 64 hex characters. */
  swarmId: z.string(),
  labels: z.record(z.string(), z.string()),
  constraints: z.array(z.string()),
  affinities: z.array(z.string()),
  whitelists: z.array(z.string()),
  /** At most one of off, on-node-failure, on-node-failure-stateful; validated by the gateway. */
  reschedulePolicies: z.array(z.string()),
  memoryBytes: z.number(),
  memoryReservationBytes: z.number(),
  nanoCpus: z.number(),
  /** HostConfig.CpuShares as the user gave it. */
  cpuShares: z.number(),
  cpusetCpus: z.string(),
  devices: z.array(DeviceRequest),
  networkMode: z.string(),
  /** Requested host ports (host port 0 or absent bindings left out). */
  ports: z.array(z.object({ ip: z.string(), hostPort: z.number(), protocol: z.string() })),
  /** `80/tcp`; counts when networkMode is `host`, and with `publishesAll`. */
  exposedPorts: z.array(z.string()),
  /** All of HostConfig.PortBindings as asked: `hostPort` empty, `0`, a port or a range. */
  bindings: z.array(z.object({ containerPort: z.string(), ip: z.string(), hostPort: z.string() })).default([]),
  /** HostConfig.PublishAllPorts: exposed ports without a binding get one. */
  publishesAll: z.boolean().default(false),
  /** References of `--volumes-from` (text before the colon). */
  volumesFrom: z.array(z.string()),
  /** References of `--link` (text before the colon). */
  links: z.array(z.string()),
  /** References of `--net|--ipc|--pid container:<ref>` with their flag. */
  namespaces: z.array(z.object({ kind: z.enum(['net', 'ipc', 'pid']), reference: z.string() })),
  /** Named volumes it mounts (local driver unless known otherwise). */
  volumes: z.array(z.string()),
  /** Networks it joins besides predefined ones, names or ids. */
  networks: z.array(z.string()),
  /** `os[/arch[/variant]]` of `--platform`; empty = any. */
  platform: z.string(),
  /** The API version the create needs, e.g. `1.44`; an engine whose maximum is lower is not eligible for `minApiVersion` features. Empty = any. */
  minApiVersion: z.string(),
  /** The field that needs it, as messages name it; empty = unknown, as of a gateway older than this member. */
  minApiVersionFor: z.string().default(''),
});
export type PlacementRequest = z.infer<typeof PlacementRequest>;

/** A request that asks for nothing. */
export const emptyPlacementRequest: PlacementRequest = {
  name: '',
  image: '',
  swarmId: '',
  labels: {},
  constraints: [],
  affinities: [],
  whitelists: [],
  reschedulePolicies: [],
  memoryBytes: 0,
  memoryReservationBytes: 0,
  nanoCpus: 0,
  cpuShares: 0,
  cpusetCpus: '',
  devices: [],
  networkMode: '',
  ports: [],
  exposedPorts: [],
  bindings: [],
  publishesAll: false,
  volumesFrom: [],
  links: [],
  namespaces: [],
  volumes: [],
  networks: [],
  platform: '',
  minApiVersion: '',
  minApiVersionFor: '',
};
