import { compareApiVersions, member, replaceMembers } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetImage } from '../../fleet-view/lookup/image-lookup.ts';
import { onNodes } from '../../fleet-view/lookup/split-node.ts';
import type { ListFilters } from '../list-filters.ts';
import { imageTest, referenceTest } from './image-filters.ts';

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

/** How many containers were made from each image, by engine and image ID. */
export function containersByImage(view: FleetView): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { engine, facts } of view.objects('container')) {
    const key = countKey(engine, facts.imageId);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

export type ImageRowOptions = {
  readonly filters: ListFilters;
  readonly apiVersion: string;
  readonly containers: ReadonlyMap<string, number>;
};

/**
 * The list entry: the first copy's bytes, with the names of all copies, and in the shape of the client's version. Of the names only those
 * a `reference` query asks for, as the daemon does.
 */
export function imageRow(copies: MergedImage, { filters, apiVersion, containers }: ImageRowOptions): Buffer {
  const [{ summary, facts }] = copies;
  const isWanted = referenceTest(filters);
  const names = (read: (image: FleetImage) => readonly string[]) => JSON.stringify(union(copies, read).filter(isWanted));
  const isBelow = (version: string) => compareApiVersions(apiVersion, version) < 0;
  const wanted: Record<string, string> = {
    RepoTags: names(tagsOf),
    RepoDigests: names(digestsOf),
    // Engines count since 1.51; before that, -1 says that nobody did.
    Containers: isBelow('1.51') ? '-1' : String(counted(copies, containers)),
    ...(isBelow('1.44') && { VirtualSize: String(facts.sizeBytes) }),
  };
  const changed = Object.entries(wanted).filter(([key, value]) => differs(member(summary, key), value));
  return changed.length === 0 ? summary : replaceMembers(summary, Object.fromEntries(changed));
}

function counted(copies: MergedImage, containers: ReadonlyMap<string, number>): number {
  return copies.reduce((total, { engine, facts }) => total + (containers.get(countKey(engine, facts.id)) ?? 0), 0);
}

function countKey(engine: string, imageId: string): string {
  return `${engine} ${imageId}`;
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

/** No name is written in several ways by daemons of several ages: `[]`, `null` and `["<none>:<none>"]` stay as they came. */
function differs(own: Buffer | undefined, wanted: string): boolean {
  const text = own?.toString('utf8') ?? 'null';
  return text !== wanted && !(wanted === '[]' && (text === 'null' || text.startsWith('["<none>')));
}
