import { z } from 'zod';
import type { DecisionRecord } from '../records/decision-record.ts';

/** Reasons told of one placement; its record has the rest. */
const reasonsMax = 3;

/** One placement as it is told to whoever watches, on `decided`: the short form of its DecisionRecord. */
export const PlacementNotice = z.object({
  operation: z.string(),
  name: z.string(),
  image: z.string(),
  /** The tenant it was made for; absent = none. */
  owner: z.string().optional(),
  strategy: z.string(),
  /** Node that was chosen; absent when the create was refused. */
  node: z.string().optional(),
  /** Strategy's figure of the chosen engine. */
  score: z.number().optional(),
  /** The message the client got when nothing was chosen. */
  failure: z.string().optional(),
  /** Engines that were refused, by the filter and its reason; the most frequent first. Counted among the verdicts that the record keeps. */
  refusals: z.array(z.object({ filter: z.string(), reason: z.string(), engines: z.number() })),
  /** Why the placement was asked for: a client's create, or a rescheduling. */
  cause: z.string(),
  /** Wall clock, ms since 1970. */
  atMs: z.number(),
});
export type PlacementNotice = z.infer<typeof PlacementNotice>;

export function noticeOf(decision: DecisionRecord): PlacementNotice {
  const { operation, name, image, owner, strategy, chosen, chosenNode, failure, candidates, cause, atMs } = decision;
  const score = candidates.find(({ engine }) => engine === chosen)?.score;
  return {
    operation,
    name,
    image,
    ...(owner !== undefined && { owner }),
    strategy,
    ...(chosenNode !== undefined && { node: chosenNode }),
    ...(score !== undefined && { score }),
    ...(failure !== undefined && { failure }),
    refusals: refusalsOf(candidates),
    cause,
    atMs,
  };
}

function refusalsOf(candidates: DecisionRecord['candidates']): PlacementNotice['refusals'] {
  const counted = new Map<string, PlacementNotice['refusals'][number]>();
  for (const { refusedBy: filter, reason = '' } of candidates) {
    if (filter === undefined) continue;
    const key = `${filter} ${reason}`;
    counted.set(key, { filter, reason, engines: (counted.get(key)?.engines ?? 0) + 1 });
  }
  return [...counted.values()].sort((left, right) => right.engines - left.engines).slice(0, reasonsMax);
}
