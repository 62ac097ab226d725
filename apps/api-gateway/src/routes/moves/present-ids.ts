import type { FleetObject } from '../../fleet-view/fleet-object.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { formerNetworks } from '../../fleet-view/lookup/former-networks.ts';

/** IDs that networks of the engine have now, by what a create calls them: IDs from before they were made anew there. */
export function presentIds(view: FleetView, engine: string, references: readonly string[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const reference of references) {
    const isOnEngine = (network: FleetObject<'network'>) => network.engine === engine;
    if (view.find('network', reference).some(isOnEngine)) continue;
    const network = formerNetworks(view, reference).find(isOnEngine);
    if (network !== undefined) ids.set(reference, network.facts.id);
  }
  return ids;
}
