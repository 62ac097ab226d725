import { z } from 'zod';

/** A network or volume that nothing uses: it is made anew where a container needs it, and removed where it was (ADR 55). */
export const MovedObject = z.object({
  kind: z.enum(['network', 'volume']),
  /** What names it on the engine where it is: a network's ID, a volume's name. */
  id: z.string(),
  name: z.string(),
  /** Key of that engine. */
  from: z.string(),
});
export type MovedObject = z.infer<typeof MovedObject>;
