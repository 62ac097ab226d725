import { formerIds } from '#contracts';
import type { FleetObject } from '../fleet-object.ts';
import type { FleetView } from '../fleet-view.ts';

/** Docker's shortest shown ID; anything shorter is taken for a name. */
const idShape = /^[0-9a-f]{12,64}$/;

export function isIdBeginning(reference: string): boolean {
  return idShape.test(reference);
}

/**
 * Networks that once had this ID, whole or the beginning of one, and were made anew elsewhere (ADR 55). Whoever looks for what is there now has to do
 * that first: the label can be anybody's. Walks over all networks.
 */
export function formerNetworks(view: FleetView, reference: string): FleetObject<'network'>[] {
  if (!isIdBeginning(reference)) return [];
  return [...view.objects('network')].filter(({ facts }) => formerIds(facts).some((id) => id.startsWith(reference)));
}
