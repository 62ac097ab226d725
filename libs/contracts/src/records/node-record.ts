import { z } from 'zod';

/** `node.<key>`: what the operator wishes of a node (`docker node update`). Writer: the leading scheduler. Never expires. */
export const NodeRecord = z.object({
  key: z.string(),
  availability: z.enum(['active', 'pause', 'drain']),
  /** Labels added with `--label-add`; usable in constraints beside the daemon's own. */
  labels: z.record(z.string(), z.string()),
  /** Version.Index of `docker node inspect`: counts updates. */
  version: z.number(),
  updatedAtMs: z.number(),
});
export type NodeRecord = z.infer<typeof NodeRecord>;
