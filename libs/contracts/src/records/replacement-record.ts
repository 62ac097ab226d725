import { z } from 'zod';

/**
 * `replacement.<container>`: a container that is being placed again, or was, because its engine failed or drains.
 * Written by the leader under its lease, before the new container is created: the proof that the old copy was moved, which a label is not.
 * started → done (the new container runs where the old one should) → retired (the old copy came back and was put aside).
 */
export const ReplacementRecord = z.object({
  /** The old container. */
  container: z.string(),
  engine: z.string(),
  name: z.string(),
  operation: z.string(),
  state: z.enum(['started', 'done', 'retired']),
  /** The new container and its engine; empty while `started`. */
  successor: z.string(),
  successorEngine: z.string(),
  cause: z.enum(['node-failure', 'drain']),
  /** Wall clock of the last change of `state`. */
  atMs: z.number(),
});
export type ReplacementRecord = z.infer<typeof ReplacementRecord>;
