import type { FactsOf, ObjectKind } from '#contracts';

/** What somebody may know of. */
export interface ViewScope {
  /** The tenant whose scope it is. */
  readonly tenant: string;
  /** Of an object's facts what they may know, the same facts where that is all; `undefined` = not even that it is there. */
  narrowed<K extends ObjectKind>(kind: K, facts: FactsOf[K]): FactsOf[K] | undefined;
}
