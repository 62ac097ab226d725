import type { FactsOf, ObjectKind } from '#contracts';

/** What somebody may know of. */
export interface ViewScope {
  /** The tenant whose scope it is. */
  readonly tenant: string;
  shows<K extends ObjectKind>(kind: K, facts: FactsOf[K]): boolean;
}
