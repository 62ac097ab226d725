import { BaleenError } from '#contracts';
import { familiarImage, imageReferenceError, normaliseImage } from '#docker-api';
import type { FleetObject } from '../fleet-object.ts';
import type { FleetView } from '../fleet-view.ts';
import { keptPerView } from '../kept.ts';
import { healthyFirst } from './healthy-first.ts';

export type FleetImage = FleetObject<'image'>;

/** Creates ask for the same few references one after the other, and an image that 1,000 engines have is 1,000 copies each time. */
const keptMax = 64;
const keptMeanings = keptPerView(['image', 'engines'], () => new Map<string, Meaning>());

type Meaning = { readonly copies: readonly FleetImage[]; readonly isOne: boolean };

/**
 * Copies of the image a client means, healthy engines first. In the daemon's words request/not-found when there is none, and
 * request/invalid for what is no reference.
 */
export function findImages(view: FleetView, reference: string): readonly FleetImage[] {
  const copies = matchImages(view, reference);
  if (copies.length > 0) return copies;
  const error = imageReferenceError(reference);
  if (error !== undefined) throw new BaleenError('request/invalid', error);
  const [, digits] = /^(?:sha256:)?([0-9a-f]{64})$/.exec(reference) ?? [];
  const named = digits === undefined ? familiarImage(reference) : `sha256:${digits}`;
  throw new BaleenError('request/not-found', `No such image: ${named}`);
}

/**
 * Copies of the image: by full ID, then by reference in any spelling (`busybox`, `docker.io/library/busybox:latest`), then by
 * a prefix of an ID that fits one image only.
 */
export function matchImages(view: FleetView, reference: string): readonly FleetImage[] {
  return meaningOf(view, reference).copies;
}

/** The reference means images of one ID, wherever they are, or none. */
export function meansOneImage(view: FleetView, reference: string): boolean {
  return meaningOf(view, reference).isOne;
}

function meaningOf(view: FleetView, reference: string): Meaning {
  const kept = keptMeanings(view);
  const known = kept.get(reference);
  if (known !== undefined) return known;
  const copies = copiesOf(view, reference);
  const meaning = { copies, isOne: copies.every(({ facts }) => facts.id === copies[0]?.facts.id) };
  if (kept.size >= keptMax) kept.clear();
  kept.set(reference, meaning);
  return meaning;
}

function copiesOf(view: FleetView, reference: string): readonly FleetImage[] {
  if (reference === '') return [];
  const id = reference.startsWith('sha256:') ? reference : `sha256:${reference}`;
  const byId = view.find('image', id);
  if (byId.length > 0) return healthyFirst(view, byId);
  const byReference = view.find('image', normaliseImage(reference));
  if (byReference.length > 0) return healthyFirst(view, byReference);
  return healthyFirst(view, byPrefix(view, id));
}

function byPrefix(view: FleetView, prefix: string): FleetImage[] {
  if (!/^sha256:[0-9a-f]{1,63}$/.test(prefix)) return [];
  const matches = [...view.objects('image')].filter((image) => image.facts.id.startsWith(prefix));
  return new Set(matches.map((image) => image.facts.id)).size === 1 ? matches : [];
}
