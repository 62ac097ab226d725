import { BaleenError, type ObjectKind } from '#contracts';
import { normaliseImage } from '#docker-api';
import type { FleetView } from '../fleet-view/fleet-view.ts';
import { matchContainer } from '../fleet-view/lookup/container-lookup.ts';
import { isShared, predefinedNetworks } from '../fleet-view/lookup/copies.ts';
import { matchImages } from '../fleet-view/lookup/image-lookup.ts';
import { findNetwork } from '../fleet-view/lookup/network-lookup.ts';

export type NamedObject = { readonly param: string; readonly kind: ObjectKind | 'exec' };

const kinds: Readonly<Record<string, NamedObject['kind']>> = {
  containers: 'container',
  exec: 'exec',
  images: 'image',
  networks: 'network',
  volumes: 'volume',
};

/** What the path of a route names: `/containers/{id}/start` a container, by the parameter `id`. */
export function namedObject(path: string): NamedObject | undefined {
  const [, family = '', param] = /^\/(\w+)\/\{(\w+)\}/.exec(path) ?? [];
  const kind = kinds[family];
  return kind === undefined || param === undefined ? undefined : { param, kind };
}

/**
 * The parameters with what they name by whole ID: decided is on this object, whatever is called so when the engine reads it, and no name
 * that begins like an ID is taken for it. What the view does not have stays, for the route to say so.
 */
export function byWholeId(
  view: FleetView,
  path: string,
  params: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const named = namedObject(path);
  const reference = named === undefined ? undefined : params[named.param];
  if (named === undefined || reference === undefined) return params;
  const id = wholeId(view, named.kind, reference);
  return id === undefined ? params : { ...params, [named.param]: id };
}

function wholeId(view: FleetView, kind: NamedObject['kind'], reference: string): string | undefined {
  if (kind === 'container') return matchContainer(view, reference)?.facts.id;
  if (kind === 'network') return networkId(view, reference);
  if (kind !== 'image' || view.find('image', normaliseImage(reference)).length > 0) return undefined;
  return matchImages(view, reference)[0]?.facts.id;
}

/** Of networks that live on one engine; the others go by their names. */
function networkId(view: FleetView, reference: string): string | undefined {
  try {
    const [network] = findNetwork(view, reference);
    return predefinedNetworks.has(network.facts.name) || isShared(network) ? undefined : network.facts.id;
  } catch (error) {
    // Unknown or ambiguous: the route's to say.
    if (error instanceof BaleenError) return undefined;
    throw error;
  }
}
