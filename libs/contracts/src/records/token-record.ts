import { z } from 'zod';

/** `token.<token>`: a fleet that engines may be registered with (spec 2.7). Writer: any gateway. Expires when no engine registered for 30 days. */
export const TokenRecord = z.object({
  createdAtMs: z.number(),
  /** Last time its TTL was begun anew. */
  renewedAtMs: z.number(),
});
export type TokenRecord = z.infer<typeof TokenRecord>;

/** `roster.<token>.<address>`: an engine registered with a token. Writer: any gateway. Expires with the TTL of its registration. */
export const RosterRecord = z.object({ address: z.string().min(1) });
export type RosterRecord = z.infer<typeof RosterRecord>;
