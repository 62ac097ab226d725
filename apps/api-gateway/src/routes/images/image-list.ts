import { compareApiVersions, member, replaceMembers } from '#docker-api';
import type { FleetView, ViewPart } from '../../fleet-view/fleet-view.ts';
import { keptPerView } from '../../fleet-view/kept.ts';
import type { FleetImage } from '../../fleet-view/lookup/image-lookup.ts';
import { onNodes } from '../../fleet-view/lookup/split-node.ts';
import type { ListFilters } from '../list-filters.ts';
import { joinedRows } from '../respond-array.ts';
import { imageTest, referenceTest } from './image-filters.ts';

/** Engines count an image's containers from here on; before, -1 says that nobody did. */
const countsSince = '1.51';
const withoutVirtualSizeSince = '1.44';
/** Before, no names were `null`, or said so where an image has neither kind. */
const emptyListsSince = '1.43';

/** The copies of one image on several engines. */
export type MergedImage = readonly [FleetImage, ...FleetImage[]];

/** Of these copies the images that `docker images` shows, each once, newest first (spec/classic-swarm.md 8.7). */
export function selectImages(view: FleetView, images: Iterable<FleetImage>, filters: ListFilters, nowMs: number): MergedImage[] {
  const isOnNode = onNodes(view, filters.get('node'));
  const merged = new Map<string, [FleetImage, ...FleetImage[]]>();
  for (const image of images) {
    if (!isOnNode(image)) continue;
    const copies = merged.get(image.facts.id);
    if (copies === undefined) merged.set(image.facts.id, [image]);
    else copies.push(image);
  }
  const isShown = imageTest(view, filters, nowMs);
  const shown = [...merged.values()].filter((copies) =>
    isShown({ facts: copies[0].facts, tags: union(copies, tagsOf), digests: union(copies, digestsOf) }),
  );
  return shown.sort(([left], [right]) => right.facts.createdAtMs - left.facts.createdAtMs);
}

/** All images of the fleet, merged. */
const allImages = keptPerView(['engines', 'image'], (view) => selectImages(view, view.objects('image'), new Map(), 0));

/** The answer to a list without list queries, as JSON, as clients of this version and newer ones read it; kept until one of these parts changes. */
const answerSince = (since: string, ...parts: readonly ViewPart[]) => ({
  since,
  json: keptPerView(parts, (view) => joinedImages(view, since)),
});
const oldest = answerSince('', 'engines', 'image');
const newer = [
  answerSince(countsSince, 'engines', 'image', 'imageUse'),
  answerSince(withoutVirtualSizeSince, 'engines', 'image'),
  answerSince(emptyListsSince, 'engines', 'image'),
];

export function allImagesAnswer(view: FleetView, apiVersion: string): Buffer {
  const { json } = newer.find(({ since }) => compareApiVersions(apiVersion, since) >= 0) ?? oldest;
  return json(view);
}

function joinedImages(view: FleetView, apiVersion: string): Buffer {
  const options = { filters: new Map(), apiVersion, view };
  return joinedRows(
    '[',
    allImages(view).map((image) => imageRow(image, options)),
    ']\n',
  );
}

export type ImageRowOptions = {
  readonly filters: ListFilters;
  readonly apiVersion: string;
  readonly view: FleetView;
};

/**
 * The list entry: the first copy's bytes, with the names of all copies, and in the shape of the client's version. Of the names only those
 * a `reference` query asks for, as the daemon does.
 */
export function imageRow(copies: MergedImage, { filters, apiVersion, view }: ImageRowOptions): Buffer {
  const [{ summary, facts }] = copies;
  const isWanted = referenceTest(filters);
  const names = (read: (image: FleetImage) => readonly string[]) => union(copies, read).filter(isWanted);
  const [tags, digests] = [names(tagsOf), names(digestsOf)];
  const isBelow = (version: string) => compareApiVersions(apiVersion, version) < 0;
  const wanted: Record<string, string> = {
    RepoTags: listed(tags, '<none>:<none>'),
    RepoDigests: listed(digests, '<none>@<none>'),
    Containers: isBelow(countsSince) ? '-1' : String(counted(copies, view)),
    ...(isBelow(withoutVirtualSizeSince) && { VirtualSize: String(facts.sizeBytes) }),
  };
  const changed = Object.entries(wanted).filter(([key, value]) => (member(summary, key)?.toString('utf8') ?? 'null') !== value);
  return changed.length === 0 ? summary : replaceMembers(summary, Object.fromEntries(changed));

  function listed(own: readonly string[], none: string): string {
    if (own.length > 0 || !isBelow(emptyListsSince)) return JSON.stringify(own);
    return tags.length + digests.length > 0 ? 'null' : JSON.stringify([none]);
  }
}

function counted(copies: MergedImage, view: FleetView): number {
  return copies.reduce((total, { engine, facts }) => total + view.imageUse(engine, facts.id), 0);
}

function tagsOf({ facts }: FleetImage): readonly string[] {
  return facts.repoTags;
}

function digestsOf({ facts }: FleetImage): readonly string[] {
  return facts.repoDigests;
}

function union(copies: MergedImage, read: (image: FleetImage) => readonly string[]): string[] {
  return [...new Set(copies.flatMap(read))];
}
