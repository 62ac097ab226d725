import { hadId, isNetworkIdBeginning } from '#contracts';
import type { FleetObject } from '../fleet-object.ts';
import type { FleetView } from '../fleet-view.ts';

/**
 * Networks that once had this ID, whole or the beginning of one, and were made anew elsewhere (ADR 55). Whoever looks for what is there now has to do
 * that first: the label can be anybody's. Walks over all networks.
 */
export function formerNetworks(view: FleetView, reference: string): FleetObject<'network'>[] {
  if (!isNetworkIdBeginning(reference)) return [];
  return [...view.objects('network')].filter(({ facts }) => hadId(facts, reference));
}
