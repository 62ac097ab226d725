import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { matchImages } from '../../fleet-view/lookup/image-lookup.ts';

/** IDs of the images named and of every image built on them (`docker ps --filter ancestor`). Names nobody holds add nothing. */
export function relatedImages(view: FleetView, references: readonly string[]): ReadonlySet<string> {
  const ids = new Set(references.flatMap((reference) => matchImages(view, reference).map((image) => image.facts.id)));
  if (ids.size === 0) return ids;
  const childrenOf = new Map<string, string[]>();
  for (const image of view.objects('image')) {
    const { ParentId: parent } = JSON.parse(image.summary.toString('utf8')) as { ParentId?: string };
    if (parent) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), image.facts.id]);
  }
  // A set iterates over what is added meanwhile, so this walks down the generations.
  for (const id of ids) for (const child of childrenOf.get(id) ?? []) ids.add(child);
  return ids;
}
