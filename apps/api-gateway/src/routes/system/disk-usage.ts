import { BaleenError } from '#contracts';
import { compareApiVersions, isObject } from '#docker-api';

/** The body of `GET /system/df`, as it came from an engine. */
export type Usage = Readonly<Record<string, unknown>>;

const objectTypes = ['container', 'image', 'volume', 'build-cache'] as const;
export type UsageType = (typeof objectTypes)[number];

/** The first API version that reads `type`; older engines tell everything. */
const firstWithTypes = '1.42';

/** What `type` asks for: all when it is not given, or not known to the client's version. Throws request/invalid as an engine does. */
export function askedTypes(given: readonly string[], apiVersion: string): ReadonlySet<UsageType> {
  if (given.length === 0 || compareApiVersions(apiVersion, firstWithTypes) < 0) return new Set(objectTypes);
  const unknown = given.find((type) => !objectTypes.some((known) => known === type));
  if (unknown !== undefined) throw new BaleenError('request/invalid', `unknown object type: ${unknown}`);
  return new Set(objectTypes.filter((type) => given.includes(type)));
}

/** The legacy list of each type, and its summary since 1.52. */
const membersOf: Readonly<Record<UsageType, readonly [list: string, summary: string]>> = {
  container: ['Containers', 'ContainerUsage'],
  image: ['Images', 'ImageUsage'],
  volume: ['Volumes', 'VolumeUsage'],
  'build-cache': ['BuildCache', 'BuildCacheUsage'],
};

/** Up to this version answers have a list for each kind, later ones a sum for each (and lists with `verbose`). */
export const lastWithLists = '1.51';

/**
 * All engines' usages as one: numbers added, lists joined, objects (the summaries of 1.52) member by member; of anything else the first
 * counts. What was not asked for is null or absent, also when an old engine told it.
 */
export function joinedUsage(usages: readonly Usage[], asked: ReadonlySet<UsageType>, apiVersion: string): Usage {
  if (compareApiVersions(apiVersion, lastWithLists) > 0) return usages.reduce(joined, {});
  const empty = Object.fromEntries([...asked].map((type) => [membersOf[type][0], []]));
  const total = usages.reduce<Usage>(joined, { LayersSize: 0, Images: null, Containers: null, Volumes: null, ...empty });
  const unasked = objectTypes.filter((type) => !asked.has(type)).map((type) => membersOf[type]);
  const hidden = Object.fromEntries(unasked.flatMap(([list, summary]) => [[list, null] as const, [summary, undefined] as const]));
  return { ...total, ...hidden, ...(!asked.has('image') && { LayersSize: 0 }) };
}

function joined(left: Usage, right: Usage): Usage {
  const merged: Record<string, unknown> = { ...left };
  for (const [name, value] of Object.entries(right)) merged[name] = joinedValue(merged[name], value);
  return merged;
}

function joinedValue(left: unknown, right: unknown): unknown {
  if (left === undefined || left === null) return right;
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (Array.isArray(left) && Array.isArray(right)) return [...(left as unknown[]), ...(right as unknown[])];
  return isObject(left) && isObject(right) ? joined(left, right) : left;
}
