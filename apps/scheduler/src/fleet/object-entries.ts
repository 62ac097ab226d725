import {
  type BatchEntry,
  decodeFacts,
  decodeObject,
  type FactsOf,
  type ObjectKind,
  objectToken,
  type RecordSubject,
  type Stamp,
  untoken,
} from '#contracts';
import type { FleetInventory } from './fleet-inventory.ts';

export type ObjectSubject = Extract<RecordSubject, { type: 'object' }>;

/** Folds the record of an object that an engine holds, unless it is an older owner's. Throws on a record that breaks its contract. */
export function recordObject(
  fleet: FleetInventory,
  { key, kind, id }: ObjectSubject,
  payload: Uint8Array,
  sequence: number,
): void {
  const { epoch, facts } = decodeObject(kind, payload);
  put(fleet, { key, kind, id }, { epoch, sequence }, fleet.texts.shareIn(facts));
}

/** Folds the records of a batch. Throws when it cannot be read, before any is folded. */
export function recordBatch(fleet: FleetInventory, key: string, batch: BatchEntry): void {
  for (const { kind, stamp, facts } of decodeFacts(batch, fleet.texts))
    put(fleet, { key, kind, id: objectToken(kind, facts) }, stamp, facts);
}

/** Folds that an object is gone. */
export function eraseObject(fleet: FleetInventory, { key, kind, id }: ObjectSubject): void {
  const load = fleet.engine(key);
  load?.stamps.forget(kind, id);
  if (kind === 'container') fleet.removeContainer(key, id);
  else if (kind === 'network') fleet.removeNetwork(key, id);
  else if (kind === 'volume') fleet.removeVolume(key, untoken(id));
  else load?.images.remove(untoken(id));
}

type Placed = { readonly key: string; readonly kind: ObjectKind; readonly id: string };

function put(fleet: FleetInventory, { key, kind, id }: Placed, stamp: Stamp, facts: FactsOf[ObjectKind]): void {
  const load = fleet.load(key);
  if (!load.stamps.accept(kind, id, stamp)) return;
  if (kind === 'container') fleet.putContainer(key, facts as FactsOf['container']);
  else if (kind === 'network') fleet.putNetwork(key, facts as FactsOf['network']);
  else if (kind === 'volume') fleet.putVolume(key, facts as FactsOf['volume']);
  else load.images.put(facts as FactsOf['image']);
}
