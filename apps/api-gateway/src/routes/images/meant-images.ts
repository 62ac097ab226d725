import { BaleenError, parseJson } from '#contracts';
import { timeMs } from '#docker-api';
import type { Fleet } from '../../fleet.ts';
import type { FleetImage } from '../../fleet-view/lookup/image-lookup.ts';

const inspectMs = 15_000;
/** Copies of one image that are asked when they were named: a name that was just given is on one engine or on all. */
const askedMax = 8;
/** Clocks of engines go wrong by less, or their machines have other troubles. */
const clockErrorMs = 10 * 60_000;

/**
 * Of copies that one name led to, those of the image that it means: on one host a name moves to what was built, committed, tagged or
 * loaded last. Where engines have different images under a name that is the one that an engine named last, or that was made last.
 * Nothing is asked while they are one image: of one ID, or from one digest of a registry (a platform or store each).
 * A time to come, by the gateway's clock, is no time: an engine that claims one must not name images for all others.
 */
export async function meantImages(
  fleet: Fleet,
  copies: readonly FleetImage[],
  { apiVersion, signal }: { readonly apiVersion: string; readonly signal: AbortSignal },
): Promise<readonly FleetImage[]> {
  const groups = sameImages(copies);
  const [first, ...others] = groups;
  if (first === undefined || others.length === 0) return copies;
  const timesMs = await Promise.all(
    groups.map(async (group) => {
      const asked = group.slice(0, askedMax).map((image) => namedAtMs(fleet, image, apiVersion, signal));
      return Math.max(...(await Promise.all(asked)));
    }),
  );
  return groups[timesMs.indexOf(Math.max(...timesMs))] ?? first;
}

/** The copies by image, each group in the order given, groups in the order of their first. Linear in the copies: every create asks. */
export function sameImages(copies: readonly FleetImage[]): readonly (readonly FleetImage[])[] {
  const roots = new Map<string, string>();
  const rootOf = (name: string): string => {
    const parent = roots.get(name) ?? name;
    return parent === name ? name : rootOf(parent);
  };
  for (const { facts } of copies) for (const digest of facts.repoDigests) roots.set(rootOf(digest), rootOf(facts.id));
  return [...Map.groupBy(copies, ({ facts }) => rootOf(facts.id)).values()];
}

/** Engines tell when a name was last given by `tag`, `build` or `commit`, by their own clock; else when the image was made. */
async function namedAtMs(
  fleet: Fleet,
  { engine: key, facts }: FleetImage,
  apiVersion: string,
  signal: AbortSignal,
): Promise<number> {
  const latestMs = fleet.clock.nowMs() + clockErrorMs;
  const believed = (atMs: number) => (atMs > latestMs ? 0 : atMs);
  const createdAtMs = believed(facts.createdAtMs);
  const engine = fleet.follower.view.engine(key);
  if (!engine?.isHealthy) return createdAtMs;
  const call = { method: 'GET', path: `/images/${facts.id}/json`, apiVersion, timeoutMs: inspectMs, signal } as const;
  try {
    const { status, body } = await fleet.daemons.call(engine, call);
    if (status !== 200) return createdAtMs;
    const { Metadata } = parseJson(body.toString('utf8')) as { Metadata?: { LastTagTime?: string } };
    return Math.max(createdAtMs, believed(timeMs(Metadata?.LastTagTime)));
  } catch (error) {
    if (!(error instanceof BaleenError || error instanceof SyntaxError) || signal.aborted) throw error;
    fleet.logger.warn({ engine: key, image: facts.id, reason: error.message }, 'when an image was named is not known');
    return createdAtMs;
  }
}
