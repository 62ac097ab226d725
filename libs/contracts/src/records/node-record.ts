import { z } from 'zod';

/** Of a node, as `docker node update` takes it: drain moves containers away that may be moved, pause only takes no new ones. */
export const Availability = z.enum(['active', 'pause', 'drain']);
export type Availability = z.infer<typeof Availability>;

/** `node.<key>`: what the operator wishes of a node (`docker node update`). Writer: the leading scheduler. Never expires. */
export const NodeRecord = z.object({
  key: z.string(),
  availability: Availability,
  /** Labels added with `--label-add`; usable in constraints beside the daemon's own. */
  labels: z.record(z.string(), z.string()),
  /** Version.Index of `docker node inspect`: counts updates. */
  version: z.number(),
  updatedAtMs: z.number(),
  /** Of the update that made it so. */
  operation: z.string().optional(),
});
export type NodeRecord = z.infer<typeof NodeRecord>;
