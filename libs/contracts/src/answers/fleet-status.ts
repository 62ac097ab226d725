import { z } from 'zod';

/** How the log's NATS does, as one process sees it. */
export const LogHealth = z.object({
  /** Version of the nats-server that this process speaks to; empty for a log in memory. */
  server: z.string(),
  /** Of the stream: absent when it could not be read, for which `failure` says why. */
  stream: z
    .object({
      storage: z.enum(['memory', 'file']),
      replicas: z.number(),
      messages: z.number(),
      bytes: z.number(),
    })
    .optional(),
  /** Our clock minus that of NATS, ms, within half of the request's time. */
  clockDeltaMs: z.number(),
  /** What a write took, ms; absent when it failed, for which `failure` says why. */
  writeMs: z.number().optional(),
  /** What keeps the log from being read or written, with the remedy. */
  failure: z.string().optional(),
});
export type LogHealth = z.infer<typeof LogHealth>;

/** When a certificate ends. */
export const CertificateExpiry = z.object({
  /** What it is for: `endpoint`, `clients’ CA`, `towards engines`, `engines’ CA`. */
  name: z.string(),
  /** Wall clock, ms since 1970; absent when it could not be read, for which `failure` says why. */
  expiresAtMs: z.number().optional(),
  failure: z.string().optional(),
});
export type CertificateExpiry = z.infer<typeof CertificateExpiry>;

/** A file that changed into one that cannot be used, while what was read before stays in force. */
export const FileFailure = z.object({
  /** As the gateway was given it. */
  file: z.string(),
  /** A line each problem. */
  failure: z.string(),
});
export type FileFailure = z.infer<typeof FileFailure>;

/** `GET /baleen/status`: the fleet's own parts, as one gateway sees them. */
export const FleetStatus = z.object({
  gateway: z.string(),
  version: z.string(),
  cluster: z.string(),
  /** Its view has caught up and each member has answered or failed. */
  isReady: z.boolean(),
  log: LogHealth,
  /** The leading scheduler; absent while none leads. */
  leader: z.string().optional(),
  /** Monitors that watch engines, with how many. */
  monitors: z.array(z.object({ name: z.string(), engines: z.number() })),
  /** Engines that nobody watches just now. */
  unwatched: z.number(),
  /** Engines by state. */
  engines: z.record(z.string(), z.number()),
  containers: z.object({ total: z.number(), running: z.number() }),
  /** Of the gateway's own files. */
  certificates: z.array(CertificateExpiry).default([]),
  /** Of the gateway's own; absent while the file is in force, or there is none. */
  policyFailure: FileFailure.optional(),
});
export type FleetStatus = z.infer<typeof FleetStatus>;
