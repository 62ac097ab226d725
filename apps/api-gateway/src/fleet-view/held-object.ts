import type { FactsOf, ObjectKind, Stamp } from '#contracts';
import type { HeldObject } from './fleet-object.ts';
import { FleetContainer } from './roll/fleet-container.ts';

/** The text itself that the object has as its ID, where it is the same: kept once. */
export function shelfKey({ facts }: HeldObject<ObjectKind>, id: string): string {
  return 'id' in facts && facts.id === id ? facts.id : id;
}

/** What the view keeps of a record. */
export function heldObject<K extends ObjectKind>(
  kind: K,
  engine: string,
  stamp: Stamp,
  facts: FactsOf[K],
  summary: Buffer,
): HeldObject<ObjectKind> {
  if (kind === 'container') return new FleetContainer(engine, stamp, facts as FactsOf['container'], summary);
  return { kind, engine, stamp, facts, summary } as HeldObject<ObjectKind>;
}
