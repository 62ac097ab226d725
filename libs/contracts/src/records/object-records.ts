import { z } from 'zod';
import { bufferOf } from '../buffer-of.ts';

/**
 * Records of what an engine holds: `engine.<key>.{container,image,network,volume}.<id>`, or many of them in a batch (`object-batch.ts`).
 * On the wire: one line of JSON facts, a newline, then the daemon's own bytes of the list entry (see `encodeObject`).
 * The daemon's bytes are never re-serialised, so fields newer than this code survive.
 */
export const PortBinding = z.object({ ip: z.string(), hostPort: z.number(), containerPort: z.number(), protocol: z.string() });
export type PortBinding = z.infer<typeof PortBinding>;

/** A requested binding may leave the host port to the engine (`hostPort` 0 takes nothing). */
export const ContainerResources = z.object({
  /** HostConfig.Memory, bytes. */
  memoryBytes: z.number(),
  /** HostConfig.MemoryReservation, bytes. */
  memoryReservationBytes: z.number(),
  /** HostConfig.NanoCpus. */
  nanoCpus: z.number(),
  /** HostConfig.CpuShares as the engine has it. */
  cpuShares: z.number(),
  /** HostConfig.CpusetCpus, e.g. `0-2,5`. */
  cpusetCpus: z.string(),
  /** Device ids held exclusively (GPUs), as requested or counted `driver:n`. */
  devices: z.array(z.string()),
});
export type ContainerResources = z.infer<typeof ContainerResources>;

export const ContainerFacts = z.object({
  id: z.string(),
  /** Without leading slash; the first is the container's own name, the rest are link aliases (`other/alias`). */
  names: z.array(z.string()),
  image: z.string(),
  imageId: z.string(),
  /** created running paused restarting removing exited dead (State.Status of inspect). */
  state: z.string(),
  exitCode: z.number(),
  /** starting healthy unhealthy none */
  health: z.string(),
  /** Milliseconds since 1970, 0 = never. */
  createdAtMs: z.number(),
  startedAtMs: z.number(),
  finishedAtMs: z.number(),
  /** Config.Labels. */
  labels: z.record(z.string(), z.string()),
  /** Host ports held: HostConfig.PortBindings with a host port, united with NetworkSettings.Ports. */
  ports: z.array(PortBinding),
  /** Config.ExposedPorts keys such as `80/tcp`: held on the host when networkMode is `host`. */
  exposedPorts: z.array(z.string()),
  networkMode: z.string(),
  /** Names and ids of the networks it is attached to: `{name: networkId}`. */
  networks: z.record(z.string(), z.string()),
  /** Volume names and bind sources with their destinations. */
  mounts: z.array(z.object({ type: z.string(), name: z.string(), source: z.string(), destination: z.string() })),
  autoRemove: z.boolean(),
  restartCount: z.number(),
  resources: ContainerResources,
  /** Set while nothing but its list entry is known: it counts as using nothing, holding no ports but those that are open. */
  isUnread: z.literal(true).optional(),
});
export type ContainerFacts = z.infer<typeof ContainerFacts>;

export const ImageFacts = z.object({
  id: z.string(),
  repoTags: z.array(z.string()),
  repoDigests: z.array(z.string()),
  createdAtMs: z.number(),
  sizeBytes: z.number(),
  labels: z.record(z.string(), z.string()),
});
export type ImageFacts = z.infer<typeof ImageFacts>;

export const NetworkFacts = z.object({
  id: z.string(),
  name: z.string(),
  driver: z.string(),
  /** local, swarm or global */
  scope: z.string(),
  labels: z.record(z.string(), z.string()),
  createdAtMs: z.number(),
});
export type NetworkFacts = z.infer<typeof NetworkFacts>;

export const VolumeFacts = z.object({
  name: z.string(),
  driver: z.string(),
  scope: z.string(),
  labels: z.record(z.string(), z.string()),
  createdAtMs: z.number(),
});
export type VolumeFacts = z.infer<typeof VolumeFacts>;

export type ObjectKind = 'container' | 'image' | 'network' | 'volume';
export type FactsOf = { container: ContainerFacts; image: ImageFacts; network: NetworkFacts; volume: VolumeFacts };
const schemas = { container: ContainerFacts, image: ImageFacts, network: NetworkFacts, volume: VolumeFacts } as const;

/** What the log says of an object: which owner of its engine says so, what rules read, and the daemon's own bytes. */
export type ObjectRecord<K extends ObjectKind = ObjectKind> = {
  readonly kind: K;
  /** The owner's, as its `Stamp` has it. */
  readonly epoch: number;
  readonly facts: FactsOf[K];
  /** The daemon's list entry, one JSON object (`GET /containers/json`, `/images/json`, `/networks`, `/volumes` element). */
  readonly summary: Buffer;
};

const newline = 0x0a;

export function isObjectKind(text: string | undefined): text is ObjectKind {
  return text !== undefined && Object.hasOwn(schemas, text);
}

/** What names the object on its engine: a volume's name, any other's ID. */
export function objectId(facts: FactsOf[ObjectKind]): string {
  return 'id' in facts ? facts.id : facts.name;
}

/** A record that stands alone in its message. */
export function encodeObject<K extends ObjectKind>({ epoch, facts, summary }: Omit<ObjectRecord<K>, 'kind'>): Buffer {
  const head = JSON.stringify({ epoch, facts });
  return Buffer.concat([Buffer.from(head), Buffer.of(newline), summary]);
}

/** Parses the first line with the schema, keeps the rest as bytes. Throws on a record that breaks the contract. */
export function decodeObject<K extends ObjectKind>(kind: K, payload: Uint8Array): ObjectRecord<K> {
  const bytes = bufferOf(payload);
  const end = bytes.indexOf(newline);
  if (end < 0) throw new Error(`${kind} record without its summary`);
  const head = JSON.parse(bytes.toString('utf8', 0, end)) as { epoch: number; facts: unknown };
  const facts = schemas[kind].parse(head.facts) as FactsOf[K];
  return { kind, epoch: Number(head.epoch), facts, summary: bytes.subarray(end + 1) };
}
