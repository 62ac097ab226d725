import type { DecisionRecord, PlacementNotice } from '#contracts';

/** Stands for words that name what is not the tenant's: who has the name that was wanted, or what other engines have free. */
const untold = 'why is for the answer to the create, or for who runs the fleet, to say';

/**
 * A decision as a tenant may know it; `undefined` = it is none of its own. Of the engines it has the chosen one, which its container names
 * anyway, without the figure that tells how full it is: what others are refused for is their machines' and their users' business.
 */
export function ownDecision(decision: DecisionRecord, tenant: string): DecisionRecord | undefined {
  if (decision.owner !== tenant) return undefined;
  const { candidates, failure, ...rest } = decision;
  const chosen = candidates.filter(({ engine }) => engine === decision.chosen).map(({ engine, node }) => ({ engine, node }));
  // Only what a create was refused with has been told to whoever asked for it.
  const isTold = decision.cause === 'create' && candidates.length > 0;
  return { ...rest, candidates: chosen, ...(failure !== undefined && { failure: isTold ? failure : untold }) };
}

/** The same of what is told of it as it happens. */
export function ownNotice(notice: PlacementNotice, tenant: string): PlacementNotice | undefined {
  if (notice.owner !== tenant) return undefined;
  const { failure, score: _score, refusals, ...rest } = notice;
  return { ...rest, refusals: [], ...(failure !== undefined && { failure: refusals.length > 0 ? failure : untold }) };
}
