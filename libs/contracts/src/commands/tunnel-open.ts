import { z } from 'zod';

/** Names the tunnel's two subjects; as hard to guess as a password, for who knows it can write into the stream. */
const id = z.string().regex(/^[0-9a-f]{32}$/);

/** Bytes one end lets the other have under way in one direction of one tunnel. */
const windowBytes = z.number().int().positive();

/** A host port that a running container of the engine publishes. udp: each datagram is preceded by its length (2 bytes, big-endian). */
export const PortTarget = z.object({
  kind: z.literal('port'),
  protocol: z.enum(['tcp', 'udp']),
  port: z.number().int().min(1).max(65_535),
});
export type PortTarget = z.infer<typeof PortTarget>;

/**
 * `tunnel.<engine>.open`: asks the engine's agent for one more byte stream. Protocol 1 leads to the daemon, 2 to a published port: an agent
 * that knows no ports refuses 2 instead of leading whoever connects there to its daemon. Failures: engine/{unreachable,timeout}, cluster/busy.
 */
export const TunnelOpen = {
  request: z.discriminatedUnion('protocol', [
    z.object({ protocol: z.literal(1), id, windowBytes }),
    z.object({ protocol: z.literal(2), id, windowBytes, target: PortTarget }),
  ]),
  /** The other end has accepted. */
  reply: z.object({ windowBytes }),
} as const;
export type TunnelOpenRequest = z.infer<typeof TunnelOpen.request>;
export type TunnelOpenReply = z.infer<typeof TunnelOpen.reply>;
