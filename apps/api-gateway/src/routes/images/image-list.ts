import { BaleenError } from '#contracts';
import { familiarImage, hasLabels, member, replaceMembers } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { type FleetImage, matchImages } from '../../fleet-view/lookup/image-lookup.ts';
import type { ListFilters } from '../list-filters.ts';

export const imageFilters: ReadonlySet<string> = new Set(['label', 'reference', 'dangling', 'before', 'since', 'until', 'node']);

/** The copies of one image on several engines. */
export type MergedImage = readonly [FleetImage, ...FleetImage[]];

/** Images that `docker images` shows, each once, newest first (spec/classic-swarm.md 8.7). */
export function selectImages(view: FleetView, filters: ListFilters): MergedImage[] {
  const test = imageTest(view, filters);
  const merged = new Map<string, [FleetImage, ...FleetImage[]]>();
  for (const image of view.objects('image')) {
    if (!test(image)) continue;
    const copies = merged.get(image.facts.id);
    if (copies === undefined) merged.set(image.facts.id, [image]);
    else copies.push(image);
  }
  return [...merged.values()].sort(([left], [right]) => right.facts.createdAtMs - left.facts.createdAtMs);
}

/** The list entry: the first copy's bytes, with the names of all copies. */
export function imageRow([first, ...others]: MergedImage): Buffer {
  if (others.length === 0) return first.summary;
  const union = (read: (image: FleetImage) => readonly string[]) => {
    const all = [...new Set([first, ...others].flatMap(read))];
    const named = all.filter((name) => !name.startsWith('<none>'));
    return JSON.stringify(named.length > 0 ? named : all);
  };
  const names = { RepoTags: union((image) => image.facts.repoTags), RepoDigests: union((image) => image.facts.repoDigests) };
  const isEqual = (['RepoTags', 'RepoDigests'] as const).every(
    (key) => member(first.summary, key)?.toString('utf8') === names[key],
  );
  return isEqual ? first.summary : replaceMembers(first.summary, names);
}

function imageTest(view: FleetView, filters: ListFilters): (image: FleetImage) => boolean {
  const dangling = booleanFilter(filters);
  const beforeMs = createdOf(view, 'before', filters);
  const sinceMs = createdOf(view, 'since', filters);
  const untilMs = untilOf(filters);
  const patterns = filters.get('reference')?.map((pattern) => globExpression(pattern));
  return ({ facts, engine }) =>
    hasLabels(facts.labels, filters.get('label')) &&
    (filters.get('node')?.some((node) => [view.engine(engine)?.name, view.engine(engine)?.identity?.id].includes(node)) ??
      true) &&
    (dangling === undefined || isDangling(facts.repoTags) === dangling) &&
    (beforeMs === undefined || facts.createdAtMs < beforeMs) &&
    (sinceMs === undefined || facts.createdAtMs > sinceMs) &&
    (untilMs === undefined || facts.createdAtMs < untilMs) &&
    (patterns === undefined || [...facts.repoTags, ...facts.repoDigests].some((name) => matchesAny(name, patterns)));
}

function isDangling(repoTags: readonly string[]): boolean {
  return repoTags.every((tag) => tag === '<none>:<none>');
}

function booleanFilter(filters: ListFilters): boolean | undefined {
  const [value] = filters.get('dangling') ?? [];
  if (value === undefined) return undefined;
  if (!['true', '1', 'false', '0'].includes(value))
    throw new BaleenError('request/invalid', `invalid filter 'dangling=${value}'`);
  return value === 'true' || value === '1';
}

function createdOf(view: FleetView, name: 'before' | 'since', filters: ListFilters): number | undefined {
  const [reference] = filters.get(name) ?? [];
  if (reference === undefined) return undefined;
  const [image] = matchImages(view, reference);
  if (image === undefined) throw new BaleenError('request/not-found', `No such image: ${familiarImage(reference)}`);
  return image.facts.createdAtMs;
}

/** Unix seconds or a date. Durations reach the engine as dates: the CLI computes them. */
function untilOf(filters: ListFilters): number | undefined {
  const [value] = filters.get('until') ?? [];
  if (value === undefined) return undefined;
  const timeMs = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value);
  if (Number.isNaN(timeMs)) throw new BaleenError('request/invalid', `invalid filter 'until=${value}'`);
  return timeMs;
}

/** Go's path.Match: `*` and `?` stop at slashes. Tried against the whole reference, without tag, and in its familiar form. */
function globExpression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}$`);
}

function matchesAny(name: string, patterns: readonly RegExp[]): boolean {
  const familiar = familiarImage(name);
  const forms = [familiar, familiar.replace(/[:@][^/]*$/, '')];
  return patterns.some((pattern) => forms.some((form) => pattern.test(form)));
}
