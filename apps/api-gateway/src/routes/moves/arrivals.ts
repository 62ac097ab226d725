import { isNetworkIdBeginning, type MovedObject, networkMatcher, type PlacementRequest } from '#contracts';
import type { Clock } from '#service-shell';
import type { FleetObject } from '../../fleet-view/fleet-object.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { isShared, predefinedNetworks } from '../../fleet-view/lookup/copies.ts';
import type { FollowedView } from '../../fleet-view/view-follower.ts';

/** Making a network or volume takes an engine less than a second. On a drowning one the create waits again, where it is placed there again. */
const arrivalMaxMs = 3_000;

type Named = Pick<PlacementRequest, 'networks' | 'volumes'>;
type Waiting = { readonly follower: FollowedView; readonly clock: Clock };

/**
 * Waits until the networks and volumes of a create are where it was placed: another create may just be bringing them there. Resolves with whether they
 * are. What does not come has stayed where it was, and an engine would make an empty volume of that name: the create has to be placed again.
 */
export async function allArrived({ follower, clock }: Waiting, engine: string, named: Named): Promise<boolean> {
  if (isAllThere(follower.view, engine, named)) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const look = () => isAllThere(follower.view, engine, named) && resolve(true);
  const unwatch = follower.watch({
    onApplied: ({ type }) => (type === 'object' || type === 'batch') && look(),
    onSettled: look,
  });
  const cancel = clock.after(arrivalMaxMs, () => resolve(false));
  const isThereNow = await promise;
  cancel();
  unwatch();
  return isThereNow;
}

function isAllThere(view: FleetView, engine: string, { networks, volumes }: Named): boolean {
  return (
    networks.every((reference) => isThere(view, engine, 'network', reference)) &&
    volumes.every((name) => isThere(view, engine, 'volume', name))
  );
}

/** What is nowhere, or everywhere, is not on its way. */
function isThere(view: FleetView, engine: string, kind: MovedObject['kind'], reference: string): boolean {
  const all = kind === 'network' ? networksMeant(view, reference) : view.find(kind, reference);
  const local = all.filter((object) => !isShared(object) && !predefinedNetworks.has(object.facts.name));
  return local.length === 0 || local.some((object) => object.engine === engine);
}

function networksMeant(view: FleetView, reference: string): FleetObject<'network'>[] {
  if (!isNetworkIdBeginning(reference)) return view.find('network', reference);
  const isMeant = networkMatcher(reference);
  return [...view.objects('network')].filter(({ facts }) => isMeant(facts));
}
