import { z } from 'zod';
import { ShownState } from '../records/engine-condition.ts';
import { EngineConflict } from '../records/engine-record.ts';
import { Availability } from '../records/node-record.ts';

/** One member as a gateway answers `GET /baleen/nodes` and `baleen nodes --json` prints it. Times are wall clock, ms since 1970. */
export const FleetNode = z.object({
  /** As in `docker node ls`. */
  id: z.string(),
  /** Empty until the daemon has said its name. */
  name: z.string(),
  address: z.string(),
  state: ShownState,
  reason: z.string().optional(),
  sinceMs: z.number().optional(),
  nextRetryAtMs: z.number().optional(),
  availability: Availability,
  /** Failures in a row, and how many make it unhealthy. */
  failures: z.number(),
  failureLimit: z.number(),
  /** Its latest changes to unhealthy, oldest first. */
  flapsAtMs: z.array(z.number()),
  conflict: EngineConflict.optional(),
  /** Our clock minus the engine's; 0 below 2 s. */
  clockDeltaMs: z.number(),
  /** When the last complete reading of what it holds began. */
  inventoryAtMs: z.number().optional(),
  containers: z.number(),
  running: z.number(),
  serverVersion: z.string(),
  labels: z.record(z.string(), z.string()),
  /** The process that watches it; absent = none just now. */
  monitor: z.string().optional(),
  /** Of an engine that is disconnected: the host on which its agent enrolled last, which need not be the daemon's. */
  agentHost: z.string().optional(),
});
export type FleetNode = z.infer<typeof FleetNode>;
