import type { FactsOf, ObjectKind, PackedEntry, Stamp } from '#contracts';
import type { HeldObject } from './fleet-object.ts';
import { ListedObject } from './listed-object.ts';
import { FleetContainer } from './roll/fleet-container.ts';

/** What the log says of an object of one engine. */
export type FoundRecord = {
  readonly kind: ObjectKind;
  readonly stamp: Stamp;
  readonly facts: FactsOf[ObjectKind];
  /** The daemon's list entry. */
  readonly entry: Buffer | PackedEntry;
};

/** The text itself that the object has as its ID, where it is the same: kept once. */
export function shelfKey({ facts }: HeldObject<ObjectKind>, id: string): string {
  return 'id' in facts && facts.id === id ? facts.id : id;
}

/** What the view keeps of a record. */
export function heldObject(engine: string, { kind, stamp, facts, entry }: FoundRecord): HeldObject<ObjectKind> {
  if (kind === 'container') return new FleetContainer(engine, stamp, facts as FactsOf['container'], entry);
  return new ListedObject<ObjectKind>(kind, engine, stamp, facts, entry) as HeldObject<ObjectKind>;
}
