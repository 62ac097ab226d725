import { type DecisionRecord, ownerOf, type PlacementRequest } from '#contracts';

/** What a decision tells of the request that it was made for. */
export function askedBy({
  name,
  image,
  labels,
}: Pick<PlacementRequest, 'name' | 'image' | 'labels'>): Pick<DecisionRecord, 'name' | 'image' | 'owner'> {
  const owner = ownerOf(labels);
  return { name, image, ...(owner !== undefined && { owner }) };
}
