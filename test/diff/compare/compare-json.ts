import { type FieldDifference, fieldDifference } from './difference.ts';
import { masked } from './masked-text.ts';
import type { Pairing } from './pairing.ts';

/** Numbers that measure or count time: that it is a number is all that two hosts share. */
const volatileNumbers = new Set([
  'Created',
  'time',
  'timeNano',
  'Pid',
  'SizeRw',
  'SizeRootFs',
  'LayersSize',
  'SpaceReclaimed',
  'LastUsedAt',
  'MemTotal',
  'NFd',
  'NGoroutines',
]);
/** The same, in events: attributes are texts. Whole seconds. */
const volatileDigits = new Set(['execDuration']);
/** Below these members of a container's stats every number is a measurement. */
const measurements = new Set(['cpu_stats', 'precpu_stats', 'memory_stats', 'blkio_stats', 'networks', 'pids_stats']);

type Walk = { readonly pairing: Pairing; readonly found: FieldDifference[] };

/** Field by field; paths as in `$.State.Pid` and `$[0].Names[0]`. */
export function compareJson(bare: unknown, baleen: unknown, pairing: Pairing): FieldDifference[] {
  const walk: Walk = { pairing, found: [] };
  compare(bare, baleen, '$', '', walk);
  return walk.found;
}

function compare(bare: unknown, baleen: unknown, path: string, key: string, walk: Walk): void {
  if (Array.isArray(bare) && Array.isArray(baleen)) return compareArrays(bare, baleen, path, key, walk);
  if (isObject(bare) && isObject(baleen)) return compareObjects(bare, baleen, path, key, walk);
  if (!sameLeaf(bare, baleen, key, walk.pairing)) walk.found.push(fieldDifference(`body ${path}`, bare, baleen));
}

function compareArrays(bare: unknown[], baleen: unknown[], path: string, key: string, walk: Walk): void {
  const [left, right] = [byName(bare), byName(baleen)];
  if (left !== undefined && right !== undefined) return compareObjects(left, right, path, key, walk);
  if (bare.length !== baleen.length) walk.found.push(fieldDifference(`body ${path}.length`, bare, baleen));
  for (const [index, item] of bare.entries())
    if (index < baleen.length) compare(item, baleen[index], `${path}[${index}]`, key, walk);
}

function compareObjects(bare: JsonObject, baleen: JsonObject, path: string, key: string, walk: Walk): void {
  const pairs = pairedKeys(bare, baleen);
  for (const [left, right] of pairs) {
    const inner = measurements.has(key) ? key : measurements.has(left ?? '') ? (left ?? '') : (left ?? right ?? '');
    const shownKey = masked(left ?? right ?? '').shape;
    compare(
      left === undefined ? undefined : bare[left],
      right === undefined ? undefined : baleen[right],
      `${path}.${shownKey}`,
      inner,
      walk,
    );
  }
}

/** Members by name; names that hold ids (a network's Containers) by their order. */
function pairedKeys(bare: JsonObject, baleen: JsonObject): [string | undefined, string | undefined][] {
  const isPlain = (key: string) => masked(key).tokens.length === 0;
  const plain = [...new Set([...Object.keys(bare), ...Object.keys(baleen)].filter(isPlain))];
  const [left, right] = [bare, baleen].map((value) => Object.keys(value).filter((key) => !isPlain(key))) as [string[], string[]];
  const varying = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => [left[index], right[index]] as const);
  return [
    ...plain.map((key): [string | undefined, string | undefined] => [
      Object.hasOwn(bare, key) ? key : undefined,
      Object.hasOwn(baleen, key) ? key : undefined,
    ]),
    ...varying.map(([one, other]): [string | undefined, string | undefined] => [one, other]),
  ];
}

function sameLeaf(bare: unknown, baleen: unknown, key: string, pairing: Pairing): boolean {
  if (typeof bare === 'string' && typeof baleen === 'string')
    return (volatileDigits.has(key) && isDigits(bare) && isDigits(baleen)) || pairing.pairs(masked(bare), masked(baleen));
  if (typeof bare === 'number' && typeof baleen === 'number' && (volatileNumbers.has(key) || measurements.has(key))) return true;
  return bare === baleen;
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text);
}

/** Networks, volumes, components and changed paths are sets: engines list them in any order. `undefined` for what is no such list. */
function byName(items: readonly unknown[]): JsonObject | undefined {
  const named = items.map((item) => [isObject(item) ? (item.Name ?? item.Path) : undefined, item] as const);
  if (items.length === 0 || named.some(([name]) => typeof name !== 'string')) return undefined;
  return Object.fromEntries(named);
}

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
