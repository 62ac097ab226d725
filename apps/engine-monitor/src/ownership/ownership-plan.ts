import type { OwnershipView } from './ownership-view.ts';
import { designatedMonitor } from './rendezvous.ts';

export type OwnershipPlan = {
  /** Members to take: ours by designation, and nobody holds them. */
  readonly take: readonly string[];
  /** Owned engines that another live monitor should have. */
  readonly giveBack: readonly string[];
  /** Owned engines that are no members any more. */
  readonly remove: readonly string[];
  /** Engines nobody owns whose records are to be deleted: no members any more. */
  readonly clean: readonly string[];
};

/** What this monitor should do about engines, given the log's state and what it owns or is about to. */
export function ownershipPlan(view: OwnershipView, self: string, owned: ReadonlySet<string>): OwnershipPlan {
  // Not (yet) among the live monitors: what we own stays ours while its lease holds, and nothing new is taken.
  const registered = view.monitors.has(self);
  const ours = (engine: string) => registered && designatedMonitor(view.monitors, engine) === self;
  const free = (engine: string) => !owned.has(engine) && !view.isLeased(engine);
  return {
    take: [...view.members.keys()].filter((engine) => free(engine) && ours(engine)),
    giveBack: registered ? [...owned].filter((engine) => view.members.has(engine) && !ours(engine)) : [],
    remove: [...owned].filter((engine) => !view.members.has(engine)),
    clean: view.orphans.filter((engine) => free(engine) && ours(engine)),
  };
}
