import { decodeObject, untoken } from '#contracts';
import type { FleetInventory } from './fleet-inventory.ts';
import type { LogSubject } from './log-subject.ts';

export type ObjectSubject = Extract<LogSubject, { type: 'object' }>;

/** Folds the record of an object that an engine holds, unless it is an older owner's. Throws on a record that breaks its contract. */
export function recordObject(
  fleet: FleetInventory,
  { key, kind, id }: ObjectSubject,
  payload: Uint8Array,
  sequence: number,
): void {
  const load = fleet.load(key);
  const isNewer = (epoch: number) => load.accept(kind, id, { epoch, sequence });
  switch (kind) {
    case 'container': {
      const { epoch, facts } = decodeObject(kind, payload);
      if (isNewer(epoch)) fleet.putContainer(key, fleet.texts.shareIn(facts));
      return;
    }
    case 'network': {
      const { epoch, facts } = decodeObject(kind, payload);
      if (isNewer(epoch)) fleet.putNetwork(key, fleet.texts.shareIn(facts));
      return;
    }
    case 'volume': {
      const { epoch, facts } = decodeObject(kind, payload);
      if (isNewer(epoch)) load.putVolume(fleet.texts.shareIn(facts));
      return;
    }
    case 'image': {
      const { epoch, facts } = decodeObject(kind, payload);
      if (isNewer(epoch)) load.images.put(fleet.texts.shareIn(facts));
      return;
    }
  }
}

/** Folds that an object is gone. */
export function eraseObject(fleet: FleetInventory, { key, kind, id }: ObjectSubject): void {
  const load = fleet.engine(key);
  load?.forget(kind, id);
  if (kind === 'container') fleet.removeContainer(key, id);
  else if (kind === 'network') fleet.removeNetwork(key, id);
  else if (kind === 'volume') load?.removeVolume(untoken(id));
  else load?.images.remove(untoken(id));
}
