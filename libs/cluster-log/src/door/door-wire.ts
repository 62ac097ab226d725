import { z } from 'zod';

/** Requests at the door besides `append.<subject>` and `last.<subject>`, whose payload is the record's. */
export const FollowRequest = z.object({
  name: z.string().regex(/^[A-Za-z0-9_-]+$/),
  inbox: z.string(),
  filters: z.array(z.string()).min(1).max(8),
  fromSequence: z.number().int().positive().optional(),
});
export type FollowRequest = z.infer<typeof FollowRequest>;

export const UnfollowRequest = z.object({ name: FollowRequest.shape.name });

/** Answers are `{ ok }` or `{ refused }`; those of `append` are JetStream's own. */
export const DoorAnswer = z.union([z.object({ ok: z.unknown() }), z.object({ refused: z.string() })]);
export const StreamAnswer = z.object({ created: z.string(), door: z.string() });
export const FollowAnswer = z.object({ pending: z.number() });
export const StandingAnswer = z.object({ standing: z.enum(['stands', 'away', 'void']) });

/** Headers of the answer to `last`: the record's sequence, 0 = there is none; its own marks stand beside. */
export const sequenceHeader = 'Baleen-Sequence';
export const refusedHeader = 'Baleen-Refused';

export const anyDoor = 'any';
