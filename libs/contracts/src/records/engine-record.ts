import { z } from 'zod';

export const EngineState = z.enum(['pending', 'healthy', 'unhealthy', 'disconnected']);
export type EngineState = z.infer<typeof EngineState>;

/** A GPU or other discrete device the engine offers. */
export const EngineDevice = z.object({ driver: z.string(), id: z.string(), capabilities: z.array(z.string()) });
export type EngineDevice = z.infer<typeof EngineDevice>;

/** What the daemon says of itself (`/info`, `/version`, ping headers). Absent until it answered once. */
export const EngineIdentity = z.object({
  /** Daemon ID as in `/info`. */
  id: z.string(),
  /** Host name of the daemon: the node name users see. */
  name: z.string(),
  ip: z.string(),
  cpus: z.number(),
  memoryBytes: z.number(),
  /** The daemon's own labels. */
  labels: z.record(z.string(), z.string()),
  storageDriver: z.string(),
  kernelVersion: z.string(),
  operatingSystem: z.string(),
  osType: z.string(),
  architecture: z.string(),
  serverVersion: z.string(),
  apiVersion: z.string(),
  minApiVersion: z.string(),
  runtimes: z.array(z.string()),
  devices: z.array(EngineDevice),
});
export type EngineIdentity = z.infer<typeof EngineIdentity>;

/** Another member serves this daemon ID: one daemon under two addresses, or a clone of a machine. */
export const EngineConflict = z.object({
  /** The ID that both daemons report. */
  daemonId: z.string(),
  /** The member that serves it, and its address. */
  key: z.string(),
  address: z.string(),
});
export type EngineConflict = z.infer<typeof EngineConflict>;

/** `engine.<key>.info`: one engine as its owner sees it. Writer: the monitor that holds `lease.engine.<key>`. */
export const EngineRecord = z.object({
  key: z.string(),
  address: z.string(),
  /** Counts the engine's owners; see `supersedes`. */
  epoch: z.number(),
  /** Id of the monitor process that wrote it. */
  monitor: z.string(),
  state: EngineState,
  /** Why it is not healthy, or the last error while it still counts as healthy. */
  reason: z.string().optional(),
  /** Connection failures in a row. */
  failures: z.number(),
  /** Failures that make it unhealthy (`--engine-failure-retry`). */
  failureLimit: z.number(),
  /** Wall clock, ms since 1970, of the last change of `state`. */
  sinceMs: z.number(),
  /** Wall clock of the last success or failure. */
  updatedAtMs: z.number(),
  /** Wall clock of the next attempt while it is not healthy, or of the end of its hold; past = the attempt is under way. */
  nextRetryAtMs: z.number().optional(),
  /** It answers again, but is held unhealthy until then because it came and went too often. */
  heldUntilMs: z.number().optional(),
  /** Wall clock of its latest changes to unhealthy, oldest first; what damping counts, so it survives a change of owner. */
  flapsAtMs: z.array(z.number()).default([]),
  /** Present while another member serves the same daemon ID; then the engine is pending and publishes nothing. */
  conflict: EngineConflict.optional(),
  /** The monitor's clock minus the engine's in ms; 0 below 2 s. Shown, never added to timestamps. */
  clockDeltaMs: z.number(),
  identity: EngineIdentity.optional(),
  /** True once the whole inventory of this epoch is in the log. */
  inventoryComplete: z.boolean(),
  /** Wall clock, ms since 1970, when the last reading of the whole inventory that succeeded began; absent until one did. */
  inventoryAtMs: z.number().optional(),
  /**
   * Time of the last event passed on, ns since 1970 by the daemon's clock, as digits (a number would round it). The next owner has
   * the daemon repeat its events from there.
   */
  eventsAtNs: z.string().regex(/^\d+$/).optional(),
});
export type EngineRecord = z.infer<typeof EngineRecord>;

/** 100 = no failure, 0 = not to be used; classic's degree of health (spec 3.6). */
export function healthDegree(engine: Pick<EngineRecord, 'state' | 'failures' | 'failureLimit'>): number {
  if (engine.state !== 'healthy') return 0;
  return Math.max(0, 100 - Math.floor((engine.failures * 100) / engine.failureLimit));
}
