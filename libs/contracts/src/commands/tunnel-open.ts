import { z } from 'zod';

/** Bytes one end lets the other have under way in one direction of one tunnel. */
const windowBytes = z.number().int().positive();

/** `tunnel.<engine>.open`: asks the engine's agent for one more byte stream to its daemon. Failures: engine/{unreachable,timeout}, cluster/busy. */
export const TunnelOpen = {
  request: z.object({
    /** Names the tunnel's two subjects; as hard to guess as a password, for who knows it can write into the stream. */
    id: z.string().regex(/^[0-9a-f]{32}$/),
    /** The frames' version; an agent that speaks another refuses. */
    protocol: z.literal(1),
    windowBytes,
  }),
  /** The daemon has accepted. */
  reply: z.object({ windowBytes }),
} as const;
export type TunnelOpenRequest = z.infer<typeof TunnelOpen.request>;
export type TunnelOpenReply = z.infer<typeof TunnelOpen.reply>;
