import { z } from 'zod';
import { ShownState } from '../records/engine-condition.ts';
import { Availability } from '../records/node-record.ts';
import { FleetStatus } from './fleet-status.ts';
import { PlacementNotice } from './placement-notice.ts';

/** An engine as the dashboard shows it. Times are wall clock, ms since 1970. */
export const EngineSummary = z.object({
  key: z.string(),
  /** As in `docker node ls`. */
  id: z.string(),
  /** Empty until the daemon has said its name. */
  name: z.string(),
  address: z.string(),
  state: ShownState,
  availability: Availability,
  reason: z.string().optional(),
  sinceMs: z.number().optional(),
  nextRetryAtMs: z.number().optional(),
  containers: z.number(),
  running: z.number(),
  cpus: z.number(),
  memoryBytes: z.number(),
  /** What its containers have asked for. */
  reservedCpus: z.number(),
  reservedMemoryBytes: z.number(),
  serverVersion: z.string(),
  operatingSystem: z.string(),
  labels: z.record(z.string(), z.string()),
  /** The process that watches it; absent = none just now. */
  monitor: z.string().optional(),
});
export type EngineSummary = z.infer<typeof EngineSummary>;

/** One event of an engine, or of the fleet (`engine_connect` …). */
export const EventNotice = z.object({
  /** Wall clock of the engine, ms since 1970. */
  atMs: z.number(),
  type: z.string(),
  action: z.string(),
  /** Name of the object, or its ID where it has none. */
  subject: z.string(),
  node: z.string(),
});
export type EventNotice = z.infer<typeof EventNotice>;

/** The fleet at one moment, for charts. Rates are means since the point before, per second. */
export const FleetPoint = z.object({
  atMs: z.number(),
  engines: z.number(),
  healthy: z.number(),
  containers: z.number(),
  running: z.number(),
  /** Of this gateway; 0 where a tenant watches. */
  requestsPerSecond: z.number(),
  placementsPerSecond: z.number(),
  refusalsPerSecond: z.number(),
  eventsPerSecond: z.number(),
});
export type FleetPoint = z.infer<typeof FleetPoint>;

/** What a page learns first: who it talks to and as whom, and what it may ask beyond looking. The gateway decides again when it is asked. */
const Welcome = z.object({
  type: z.literal('welcome'),
  gateway: z.string(),
  version: z.string(),
  cluster: z.string(),
  /** As the policy knows who watches; absent without one. With a tenant, what is told is the tenant's share. */
  identity: z.object({ name: z.string(), role: z.string(), tenant: z.string().optional() }).optional(),
  /** Availability of engines may be changed by this caller. */
  mayAct: z.boolean(),
  /** Decisions of placement may be asked for. */
  mayExplain: z.boolean().default(false),
});
export type Welcome = z.infer<typeof Welcome>;

/** All there is; whatever a page had before is void. */
const Whole = z.object({
  type: z.literal('whole'),
  atMs: z.number(),
  engines: z.array(EngineSummary),
  points: z.array(FleetPoint),
  /** Oldest first, as the events. */
  placements: z.array(PlacementNotice),
  events: z.array(EventNotice),
  status: FleetStatus.optional(),
});

/** What has changed since the last message. */
const Change = z.object({
  type: z.literal('change'),
  atMs: z.number(),
  engines: z.array(EngineSummary),
  /** Keys of engines that are members no more. */
  gone: z.array(z.string()),
  points: z.array(FleetPoint),
  placements: z.array(PlacementNotice),
  events: z.array(EventNotice),
  /** Present when it was asked for anew. */
  status: FleetStatus.optional(),
});

/** One message of `GET /baleen/dashboard/feed`. */
export const FeedMessage = z.discriminatedUnion('type', [Welcome, Whole, Change]);
export type FeedMessage = z.infer<typeof FeedMessage>;

/** A container as the dashboard lists it. */
export const ContainerLine = z.object({
  id: z.string(),
  name: z.string(),
  node: z.string(),
  image: z.string(),
  /** Docker's word: running, exited … */
  state: z.string(),
  /** starting, healthy, unhealthy or none */
  health: z.string(),
  exitCode: z.number(),
  createdAtMs: z.number(),
  /** ms since 1970; 0 = never. */
  startedAtMs: z.number(),
  finishedAtMs: z.number(),
  /** `8080→80/tcp` */
  ports: z.array(z.string()),
  /** It was placed by a scheduler, whose decision may be asked for. */
  isPlaced: z.boolean(),
});
export type ContainerLine = z.infer<typeof ContainerLine>;

/** `GET /baleen/dashboard/containers`: newest first. */
export const ContainerPage = z.object({
  rows: z.array(ContainerLine),
  /** Where to go on (`from`); absent = that was all. A page may be short, or empty, and yet go on: one request looks at a bounded number. */
  next: z.number().optional(),
});
export type ContainerPage = z.infer<typeof ContainerPage>;
