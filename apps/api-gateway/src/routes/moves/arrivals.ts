import type { MovedObject, PlacementRequest } from '#contracts';
import type { Clock } from '#service-shell';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { isShared, predefinedNetworks } from '../../fleet-view/lookup/copies.ts';
import { formerNetworks } from '../../fleet-view/lookup/former-networks.ts';
import type { FollowedView } from '../../fleet-view/view-follower.ts';

/** Making a network or volume takes an engine less than a second; on a drowning one the create goes on and is told what is missing. */
const arrivalMaxMs = 10_000;

type Named = Pick<PlacementRequest, 'networks' | 'volumes'>;
type Waiting = { readonly follower: FollowedView; readonly clock: Clock };

/**
 * Waits until the networks and volumes of a create are where it was placed: another create may just be bringing them there, and an engine makes a
 * volume that it does not have without the options of the one that comes. Bounded and never rejecting.
 */
export async function allArrived({ follower, clock }: Waiting, engine: string, named: Named): Promise<void> {
  if (isAllThere(follower.view, engine, named)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => isAllThere(follower.view, engine, named) && resolve();
  const unwatch = follower.watch({
    onApplied: ({ type }) => (type === 'object' || type === 'batch') && look(),
    onSettled: look,
  });
  const cancel = clock.after(arrivalMaxMs, resolve);
  await promise;
  cancel();
  unwatch();
}

function isAllThere(view: FleetView, engine: string, { networks, volumes }: Named): boolean {
  return (
    networks.every((reference) => isThere(view, engine, 'network', reference)) &&
    volumes.every((name) => isThere(view, engine, 'volume', name))
  );
}

/** What is nowhere, or everywhere, is not on its way. */
function isThere(view: FleetView, engine: string, kind: MovedObject['kind'], reference: string): boolean {
  const named = view.find(kind, reference);
  const all = named.length > 0 || kind === 'volume' ? named : formerNetworks(view, reference);
  const local = all.filter((object) => !isShared(object) && !predefinedNetworks.has(object.facts.name));
  return local.length === 0 || local.some((object) => object.engine === engine);
}
