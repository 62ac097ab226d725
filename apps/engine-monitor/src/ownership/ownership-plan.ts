import { agentOf, rendezvous } from '#contracts';
import type { OwnershipView } from './ownership-view.ts';

export type OwnershipPlan = {
  /** Members to take: ours by designation, and nobody holds them, or who held them is gone. */
  readonly take: readonly string[];
  /** Owned engines that another live monitor should have. */
  readonly giveBack: readonly string[];
  /** Owned engines that are no members any more. */
  readonly remove: readonly string[];
  /** Engines whose leases the log says are ours, that we do not have and others should: an answer was lost when one was taken or given back. */
  readonly release: readonly string[];
  /** Engines nobody owns whose records are to be deleted: no members any more. */
  readonly clean: readonly string[];
};

/**
 * What this monitor should do about engines, given the log's state and what it owns or is about to. At most `movesMax` engines are
 * given back.
 */
export function ownershipPlan(
  view: OwnershipView,
  self: string,
  owned: ReadonlySet<string>,
  movesMax = Number.POSITIVE_INFINITY,
): OwnershipPlan {
  // Not (yet) among the live monitors: what we own stays ours while its lease holds, and nothing new is taken.
  const registered = view.monitors.has(self);
  const ours = (engine: string) => registered && rendezvous(view.monitors, engine) === self;
  const free = (engine: string) => !owned.has(engine) && !view.isLeased(engine);
  const takeable = (engine: string) => free(engine) || (!owned.has(engine) && view.abandonedLease(engine, self) !== undefined);
  const foreign = registered && movesMax > 0 ? [...owned].filter((engine) => view.members.has(engine) && !ours(engine)) : [];
  return {
    // An engine behind an agent is its agent's; only what one leaves behind is cleaned here.
    take: [...view.members].flatMap(([engine, { address }]) =>
      agentOf(address) === undefined && takeable(engine) && ours(engine) ? [engine] : [],
    ),
    giveBack: foreign.slice(0, movesMax),
    release: view.leasedTo(self).filter((engine) => !owned.has(engine) && !(view.members.has(engine) && ours(engine))),
    remove: [...owned].filter((engine) => !view.members.has(engine)),
    clean: view.orphans.filter((engine) => free(engine) && ours(engine)),
  };
}
