import { z } from 'zod';

const limit = z.number().min(0).optional();

/** The most that a tenant may have in the whole fleet at one time, by the policy of the gateway that asks; what is absent has no limit. */
export const OwnerQuota = z.object({
  /** The tenant; what is asked for is its own. */
  owner: z.string(),
  containers: limit,
  memoryBytes: limit,
  cpus: limit,
  /** Host ports. */
  publishedPorts: limit,
  networks: limit,
  volumes: limit,
});
export type OwnerQuota = z.infer<typeof OwnerQuota>;
