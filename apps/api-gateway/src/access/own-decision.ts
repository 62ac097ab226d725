import type { DecisionRecord, PlacementNotice } from '#contracts';

/** Stands for the words of a refusal that came before any engine was looked at: they name whoever has the name that was wanted. */
const untold = 'refused before any engine was looked at: the answer to the create said why';

/**
 * A decision as a tenant may know it; `undefined` = it is none of its own. Of the engines it has the chosen one, which its container names
 * anyway, without the figure that tells how full it is: what others are refused for is their machines' and their users' business.
 */
export function ownDecision(decision: DecisionRecord, tenant: string): DecisionRecord | undefined {
  if (decision.owner !== tenant) return undefined;
  const { candidates, failure, ...rest } = decision;
  const chosen = candidates.filter(({ engine }) => engine === decision.chosen).map(({ engine, node }) => ({ engine, node }));
  return { ...rest, candidates: chosen, ...(failure !== undefined && { failure: candidates.length > 0 ? failure : untold }) };
}

/** The same of what is told of it as it happens. */
export function ownNotice(notice: PlacementNotice, tenant: string): PlacementNotice | undefined {
  if (notice.owner !== tenant) return undefined;
  const { failure, ...rest } = notice;
  return { ...rest, ...(failure !== undefined && { failure: notice.refusals.length > 0 ? failure : untold }) };
}
