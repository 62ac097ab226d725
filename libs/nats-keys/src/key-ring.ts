import { z } from 'zod';
import { parties, plainToken } from '#contracts';

const seed = z.string().regex(/^S[OAU][A-Z2-7]{56}$/);
const publicKey = z.string().regex(/^[AU][A-Z2-7]{55}$/);
const seconds = z.number().int().nonnegative();

/** Random bytes of an agent's identity, which is written in hex. */
export const agentIdBytes = 8;
export const AgentId = z.string().regex(new RegExp(`^[0-9a-f]{${2 * agentIdBytes}}$`));

/** An agent's credentials as they were issued; the seed in them is not kept. */
export const IssuedAgent = z.object({
  id: AgentId,
  userKey: publicKey,
  issuedAtS: seconds,
  /** From then on nats-server takes them no more. */
  expiresAtS: seconds,
  revokedAtS: seconds.optional(),
});
export type IssuedAgent = z.infer<typeof IssuedAgent>;

/**
 * What secures a fleet's NATS: the operator whom the servers trust, its account for the fleet, and a signing key per party whose scope says what
 * credentials signed with it may do. Times are Unix seconds.
 */
export const KeyRing = z.object({
  cluster: z.string().regex(plainToken),
  operatorSeed: seed,
  /** Of the account that may push other accounts' claims to the servers. */
  systemSeed: seed,
  /** Of the fleet. Its own seed is thrown away: only the operator and the parties' keys sign. */
  accountKey: publicKey,
  /** Of each party; the name stands in the files of fleets. */
  roleSeeds: z.record(z.enum(parties), seed),
  agents: z.array(IssuedAgent),
});
export type KeyRing = z.infer<typeof KeyRing>;
