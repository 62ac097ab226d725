import { z } from 'zod';

/** What one candidate engine got out of a placement. */
export const CandidateVerdict = z.object({
  engine: z.string(),
  node: z.string(),
  /** Filter that refused it, and why; absent when it passed all filters. */
  refusedBy: z.string().optional(),
  reason: z.string().optional(),
  /** Strategy's figure (lower is better for spread); absent when refused. */
  score: z.number().optional(),
});
export type CandidateVerdict = z.infer<typeof CandidateVerdict>;

/** `decision.<operation>` (TTL): why a create went where it went, or nowhere. */
export const DecisionRecord = z.object({
  operation: z.string(),
  name: z.string(),
  image: z.string(),
  /** The tenant it was made for; absent = none. */
  owner: z.string().optional(),
  strategy: z.string(),
  /** soft = soft expressions counted, hard = second pass without them. */
  pass: z.enum(['soft', 'hard']),
  chosen: z.string().optional(),
  chosenNode: z.string().optional(),
  candidates: z.array(CandidateVerdict),
  /** The message the client got when nothing was chosen. */
  failure: z.string().optional(),
  /** Why the placement was asked for: a client's create, or a rescheduling. */
  cause: z.string(),
  atMs: z.number(),
});
export type DecisionRecord = z.infer<typeof DecisionRecord>;
