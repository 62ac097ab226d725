import { z } from 'zod';
import { PublishedPort } from '../publishing.ts';
import { DecisionRecord } from '../records/decision-record.ts';
import { MovedObject } from '../records/moved-object.ts';
import { Availability, NodeRecord } from '../records/node-record.ts';
import { PlacementRequest } from '../records/placement-request.ts';
import { OwnerQuota } from './owner-quota.ts';

/** The quota that came with the request was counted; a leader that knows of none does not say so. */
const isQuotaHeld = z.boolean().default(false);

/** Commands on `cmd.scheduler.<verb>`, served by the leader only. All are idempotent by operation id. */
export const schedulerCommands = {
  /** Choose an engine and reserve. Errors: placement/*, leadership/not-leader. The same operation again gets the same grant. */
  place: {
    request: z.object({
      operation: z.string(),
      request: PlacementRequest,
      /** `create`, `network` or `volume`: the latter two reserve no resources, only choose a node (groups, constraints). */
      kind: z.enum(['create', 'network', 'volume']).default('create'),
      /** Engines not to choose, e.g. the one that just failed this create. */
      exclude: z.array(z.string()).default([]),
      /** Only these engines (an image that lives nowhere else); empty = all. */
      only: z.array(z.string()).default([]),
      /** The client named the node (`node/name`) of a network or volume: its name need only be free there. */
      isPinned: z.boolean().default(false),
      /** `80/tcp`: host ports that the asking gateway cannot listen on: none of them is drawn. */
      avoidPorts: z.array(z.string()).default([]),
      /**
       * The asker brings networks and volumes that nothing uses to where the container goes, but for these (IDs of networks, names of volumes);
       * absent = it brings none.
       */
      moves: z.object({ except: z.array(z.string()) }).optional(),
      cause: z.string().default('create'),
      /** Of whom it is for; absent = it has none. */
      quota: OwnerQuota.optional(),
    }),
    reply: z.object({
      operation: z.string(),
      engine: z.string(),
      node: z.string(),
      term: z.number(),
      /** CpuShares to send under swarm.cpushares=cores; absent = leave the body's. */
      cpuShares: z.number().optional(),
      /** Devices granted. */
      devices: z.array(z.string()),
      /** Host ports granted, to be written into the body; empty = the body's own stand. */
      published: z.array(PublishedPort).default([]),
      /** What the asker is to bring to the engine before it creates. */
      moves: z.array(MovedObject).default([]),
      isQuotaHeld,
    }),
  },
  /** Keep a reservation alive while its create is in flight. */
  renew: { request: z.object({ operation: z.string() }), reply: z.object({ alive: z.boolean() }) },
  /** The create failed: give everything back. Unknown operations are fine. */
  release: { request: z.object({ operation: z.string(), reason: z.string() }), reply: z.object({ released: z.boolean() }) },
  /** Hold a new name for a container (rename). */
  rename: {
    request: z.object({ operation: z.string(), container: z.string(), name: z.string() }),
    reply: z.object({ operation: z.string(), term: z.number() }),
  },
  /**
   * Hold networks (names or IDs) for the engine of a container that is to be connected: those that live elsewhere and that nothing uses are in the
   * reply, for the asker to bring there and then to release. Empty = there is nothing to hold.
   */
  move: {
    request: z.object({ operation: z.string(), engine: z.string(), networks: z.array(z.string()) }),
    reply: z.object({ operation: z.string(), term: z.number(), moves: z.array(MovedObject) }),
  },
  /** Hold changed resources of a container (`docker update`). Only the figures given change. */
  resize: {
    request: z.object({
      operation: z.string(),
      container: z.string(),
      memoryBytes: z.number().optional(),
      memoryReservationBytes: z.number().optional(),
      nanoCpus: z.number().optional(),
      cpuShares: z.number().optional(),
      cpusetCpus: z.string().optional(),
      quota: OwnerQuota.optional(),
    }),
    reply: z.object({ operation: z.string(), term: z.number(), cpuShares: z.number().optional(), isQuotaHeld }),
  },
  /** Decide without reserving: `baleen explain --dry-run`. */
  explain: { request: z.object({ request: PlacementRequest }), reply: DecisionRecord },
  /** `docker node update`. `version` must be the current one, as the Engine API demands; -1 = do not check. */
  'update-node': {
    request: z.object({
      /** The one that made the node as it is is answered as before when it is asked again. Gateways of 0.1 may not name it. */
      operation: z.string().optional(),
      key: z.string(),
      version: z.number(),
      availability: Availability,
      labels: z.record(z.string(), z.string()),
    }),
    reply: NodeRecord,
  },
} as const;

export type SchedulerVerb = keyof typeof schedulerCommands;
export type SchedulerRequest<V extends SchedulerVerb> = z.infer<(typeof schedulerCommands)[V]['request']>;
export type SchedulerReply<V extends SchedulerVerb> = z.infer<(typeof schedulerCommands)[V]['reply']>;
