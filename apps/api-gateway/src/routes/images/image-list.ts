import { BaleenError } from '#contracts';
import { familiarImage, hasLabels, member, replaceMembers } from '#docker-api';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { type FleetImage, matchImages } from '../../fleet-view/lookup/image-lookup.ts';
import { isCalled } from '../../fleet-view/lookup/split-node.ts';
import type { ListFilters } from '../list-filters.ts';

export const imageFilters: ReadonlySet<string> = new Set(['label', 'reference', 'dangling', 'before', 'since', 'until', 'node']);

/** The copies of one image on several engines. */
export type MergedImage = readonly [FleetImage, ...FleetImage[]];

/** Images that `docker images` shows, each once, newest first (spec/classic-swarm.md 8.7). */
export function selectImages(view: FleetView, filters: ListFilters): MergedImage[] {
  const isOnNode = nodeTest(view, filters);
  const merged = new Map<string, [FleetImage, ...FleetImage[]]>();
  for (const image of view.objects('image')) {
    if (!isOnNode(image)) continue;
    const copies = merged.get(image.facts.id);
    if (copies === undefined) merged.set(image.facts.id, [image]);
    else copies.push(image);
  }
  const shown = [...merged.values()].filter(imageTest(view, filters));
  return shown.sort(([left], [right]) => right.facts.createdAtMs - left.facts.createdAtMs);
}

/**
 * The list entry: the first copy's bytes, with the names of all copies and their containers added up where engines count them. Of
 * the names only those a `reference` query asks for, as the daemon does.
 */
export function imageRow(copies: MergedImage, filters: ListFilters): Buffer {
  const [{ summary }] = copies;
  const isWanted = referenceTest(filters);
  const names = (read: (image: FleetImage) => readonly string[]) => JSON.stringify(union(copies, read).filter(isWanted));
  const wanted: Record<string, string> = {
    RepoTags: names((image) => image.facts.repoTags),
    RepoDigests: names((image) => image.facts.repoDigests),
    ...containersOf(copies),
  };
  const changed = Object.entries(wanted).filter(([key, value]) => differs(member(summary, key), value));
  return changed.length === 0 ? summary : replaceMembers(summary, Object.fromEntries(changed));
}

function union(copies: MergedImage, read: (image: FleetImage) => readonly string[]): string[] {
  return [...new Set(copies.flatMap(read))];
}

/** No name is written in several ways by daemons of several ages: `[]`, `null` and `["<none>:<none>"]` stay as they came. */
function differs(own: Buffer | undefined, wanted: string): boolean {
  const text = own?.toString('utf8') ?? 'null';
  return text !== wanted && !(wanted === '[]' && (text === 'null' || text.startsWith('["<none>')));
}

/** -1 = not counted. */
function containersOf(copies: MergedImage): { Containers?: string } {
  if (copies.length === 1) return {};
  const counts = copies.map(({ summary }) => Number(member(summary, 'Containers')?.toString('utf8') ?? -1));
  const known = counts.filter((count) => count >= 0);
  return known.length === 0 ? {} : { Containers: String(known.reduce((total, count) => total + count, 0)) };
}

function nodeTest(view: FleetView, filters: ListFilters): (image: FleetImage) => boolean {
  const nodes = filters.get('node');
  return ({ engine: key }) => {
    const engine = view.engine(key);
    return nodes === undefined || (engine !== undefined && nodes.some((node) => isCalled(engine, node)));
  };
}

/** An image is judged as the fleet has it: one that any engine has a name for is not dangling. */
function imageTest(view: FleetView, filters: ListFilters): (image: MergedImage) => boolean {
  const dangling = booleanFilter(filters);
  const beforeMs = createdOf(view, 'before', filters);
  const sinceMs = createdOf(view, 'since', filters);
  const untilMs = untilOf(filters);
  const isWanted = referenceTest(filters);
  return (copies) => {
    const [{ facts }] = copies;
    const tags = union(copies, (image) => image.facts.repoTags);
    const digests = union(copies, (image) => image.facts.repoDigests);
    return (
      hasLabels(facts.labels, filters.get('label')) &&
      (dangling === undefined || isDangling(tags) === dangling) &&
      (beforeMs === undefined || facts.createdAtMs < beforeMs) &&
      (sinceMs === undefined || facts.createdAtMs > sinceMs) &&
      (untilMs === undefined || facts.createdAtMs < untilMs) &&
      (!filters.has('reference') || [...tags, ...digests].some(isWanted))
    );
  };
}

function referenceTest(filters: ListFilters): (name: string) => boolean {
  const patterns = filters.get('reference')?.map((pattern) => globExpression(pattern));
  return (name) => patterns === undefined || matchesAny(name, patterns);
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
