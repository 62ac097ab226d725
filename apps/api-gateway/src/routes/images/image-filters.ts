import { BaleenError } from '#contracts';
import { familiarImage, goDurationMs, hasLabels } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { type FleetImage, findImages } from '../../fleet-view/lookup/image-lookup.ts';
import { booleanFilter, type ListFilters } from '../list-filters.ts';
import { globTest } from './glob.ts';

/** The list queries of `docker images`, and `node` for the fleet. */
export const imageFilters: ReadonlySet<string> = new Set(['label', 'reference', 'dangling', 'before', 'since', 'until', 'node']);

/** An image with the names of all its copies. */
export type NamedImage = {
  readonly facts: FleetImage['facts'];
  readonly tags: readonly string[];
  readonly digests: readonly string[];
};

/**
 * All other list queries as one test. An image is judged as the fleet has it: one that any engine has a name for is not dangling.
 * Fails with request/invalid for values that a query does not have, with request/not-found for an image that nobody holds.
 */
export function imageTest(view: FleetView, filters: ListFilters, nowMs: number): (image: NamedImage) => boolean {
  const dangling = booleanFilter(filters, 'dangling');
  const beforeMs = Math.min(...createdOf(view, 'before', filters), ...untilOf(filters, nowMs));
  const sinceMs = Math.max(...createdOf(view, 'since', filters));
  const isWanted = referenceTest(filters);
  return ({ facts, tags, digests }) =>
    hasLabels(facts.labels, filters.get('label')) &&
    isDangling(dangling, tags, digests) &&
    facts.createdAtMs < beforeMs &&
    facts.createdAtMs > sinceMs &&
    (!filters.has('reference') || [...tags, ...digests].some(isWanted));
}

/** Does the `reference` query ask for this name? Tried in its familiar form, whole and without tag. */
export function referenceTest(filters: ListFilters): (name: string) => boolean {
  const patterns = filters.get('reference')?.map(globTest);
  return (name) => {
    if (patterns === undefined) return true;
    const familiar = familiarImage(name);
    const forms = [familiar, familiar.replace(/[:@][^/]*$/, '')];
    return patterns.some((isFit) => forms.some(isFit));
  };
}

/** An image that only a digest names is both: an engine shows it whichever is asked for. */
function isDangling(wanted: boolean | undefined, tags: readonly string[], digests: readonly string[]): boolean {
  if (wanted === undefined) return true;
  return wanted ? tags.length === 0 : tags.length + digests.length > 0;
}

/** Of images that engines have under one name the one that was made last counts: a list asks no engine which of them is meant. */
function createdOf(view: FleetView, name: 'before' | 'since', filters: ListFilters): number[] {
  return (filters.get(name) ?? []).map((reference) => {
    if (reference === '') throw new BaleenError('request/invalid', 'invalid reference format');
    return Math.max(...findImages(view, reference).map(({ facts }) => facts.createdAtMs));
  });
}

/** Seconds since 1970, a date, or a duration back from now. */
function untilOf(filters: ListFilters, nowMs: number): number[] {
  return (filters.get('until') ?? []).map((value) => {
    const timeMs = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value);
    if (!Number.isNaN(timeMs)) return timeMs;
    const agoMs = goDurationMs(value);
    if (agoMs !== undefined) return nowMs - agoMs;
    throw new BaleenError('request/invalid', `failed to parse value as time or duration: ${JSON.stringify(value)}`);
  });
}
