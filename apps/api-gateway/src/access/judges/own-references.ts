import { BaleenError, type ObjectKind } from '#contracts';
import { normaliseImage } from '#docker-api';
import type { FleetObject } from '../../fleet-view/fleet-object.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { NamedKind } from '../../fleet-view/lookup/copies.ts';
import { predefinedNetworks } from '../../fleet-view/lookup/copies.ts';
import { formerNetworks } from '../../fleet-view/lookup/former-networks.ts';
import { findImages } from '../../fleet-view/lookup/image-lookup.ts';
import { splitNode } from '../../fleet-view/lookup/split-node.ts';
import { refused, type TenantCase } from './judge.ts';

type Views = Pick<TenantCase, 'own' | 'whole'>;

/**
 * The whole ID of one of the tenant's containers. Whatever goes on to an engine says this: there a name may by now be another's, and the
 * beginning of an ID may be somebody's name. Throws request/not-found.
 */
export function ownContainer({ own }: Pick<Views, 'own'>, reference: string): string {
  return findContainer(own, reference).facts.id;
}

/**
 * What the name of a network or volume means, on every engine. Throws request/not-found for one that the tenant does not have, access/refused
 * where it is not the only one to have it: an engine would look it up among all.
 */
export function requireOwn<K extends NamedKind>({ own, whole }: Views, kind: K, reference: string): FleetObject<K>[] {
  const onNode = splitNode(whole, reference);
  const name = onNode?.name ?? reference;
  const isMeant = ({ engine }: { readonly engine: string }) => onNode?.engines.has(engine) ?? true;
  const meant = whole.find(kind, name).filter(isMeant);
  const named = own.find(kind, name);
  const known = (named.length > 0 || meant.length > 0 ? named : formerOf(own, kind, name)).filter(isMeant);
  if (known.length === 0) throw new BaleenError('request/not-found', missing(kind, reference));
  if (known.length < meant.length) throw refused(`the ${kind} ${reference} is not the only one of that name: write node/name`);
  return known;
}

/** A network by an ID that it had. */
function formerOf<K extends NamedKind>(own: FleetView, kind: K, reference: string): FleetObject<K>[] {
  return kind === 'network' ? (formerNetworks(own, reference) as FleetObject<NamedKind>[] as FleetObject<K>[]) : [];
}

/** Is the name of a new object held by one that the tenant must not know of? */
export function refuseTaken({ own, whole }: Views, kind: NamedKind, reference: string): void {
  const onNode = splitNode(whole, reference);
  const name = onNode?.name ?? reference;
  if (name === '' || (kind === 'network' && predefinedNetworks.has(name))) return;
  const held = whole.find(kind, name).filter(({ engine }) => onNode?.engines.has(engine) ?? true);
  const shown = own.find(kind, name);
  if (held.some(({ engine }) => !shown.some((object) => object.engine === engine)))
    throw new BaleenError('request/conflict', `the name ${reference} is in use: choose another name for the ${kind}`);
}

/**
 * How to name an image towards engines: as it was, or by its whole ID where it was meant by the beginning of one. Throws request/not-found
 * for digits that are no image of the tenant, access/refused for a name of other repositories.
 */
export function usableImage({ own, scope }: Pick<TenantCase, 'own' | 'scope'>, reference: string): string {
  const isDigits = /^(?:sha256:)?[0-9a-f]{1,64}$/.test(reference);
  if (!isDigits) {
    if (scope.mayUse(reference) || isShown({ own }, reference)) return reference;
    throw refused(`image ${reference} is of none of the tenant’s repositories`, 'images.use');
  }
  // With a tag an engine takes it for nothing but a name.
  if (!reference.startsWith('sha256:') && own.find('image', normaliseImage(reference)).length > 0) return `${reference}:latest`;
  const [image] = findImages(own, reference);
  const digits = reference.replace(/^sha256:/, '');
  if (image === undefined || !image.facts.id.startsWith(`sha256:${digits}`))
    throw new BaleenError('request/not-found', `No such image: ${reference}`);
  return image.facts.id;
}

function isShown({ own }: Pick<TenantCase, 'own'>, reference: string): boolean {
  try {
    return findImages(own, reference).length > 0;
  } catch (error) {
    if (error instanceof BaleenError) return false;
    throw error;
  }
}

function missing(kind: ObjectKind, reference: string): string {
  return kind === 'volume'
    ? `get ${reference}: no such volume (a container of a tenant brings none along: docker volume create ${reference} first)`
    : `network ${reference} not found`;
}
