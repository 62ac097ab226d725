import { BaleenError } from '#contracts';
import { foldedKey, spellingOf } from '#docker-api';
import { refused } from './judge.ts';

/**
 * The keys of a body as far as decisions depend on them. `keys`: an object of these members, `true` = whatever is in it; `each`: a list, or
 * a map whose keys are the user's. `closed`: a key that is not here might grant anything, and is refused to tenants; but `ignored` ones, in
 * lower case, which no engine has and some clients send in any case.
 */
export type Shape =
  | { readonly keys: Readonly<Record<string, Shape | true>>; readonly closed?: true; readonly ignored?: readonly string[] }
  | { readonly each: Shape };

/** Members whose own members nobody reads. */
export function keys<const K extends string>(...names: K[]): Record<K, true> {
  return Object.fromEntries(names.map((name) => [name, true])) as Record<K, true>;
}

/** A list of objects of these members. */
export function listOf(...names: string[]): Shape {
  return { each: { closed: true, keys: keys(...names) } };
}

/** Throws request/invalid for a key that an engine takes for one of these though it is spelled otherwise: nobody could say which of two counts. */
export function requireSpelling(value: unknown, shape: Shape, path = ''): void {
  visit(value, shape, path, (key, spelling, at) => {
    const proper = spelling.get(foldedKey(key));
    if (proper !== undefined && proper !== key)
      throw new BaleenError(
        'request/invalid',
        `ambiguous JSON: ${at}${JSON.stringify(key)} must be spelled ${JSON.stringify(proper)}`,
      );
  });
}

/** Throws access/refused for a key of a closed object that is not known, unless it says nothing: clients send `null` for what they have no value for. */
export function requireKnown(value: unknown, shape: Shape): void {
  visit(value, shape, '', (key, spelling, at, { closed, ignored = [], item }) => {
    if (closed && item !== null && !spelling.has(foldedKey(key)) && !ignored.includes(foldedKey(key)))
      throw refused(`${at}${JSON.stringify(key)} is not known to it, so nobody has decided what it may do`);
  });
}

type Found = { readonly closed?: true; readonly ignored?: readonly string[]; readonly item: unknown };
type OnKey = (key: string, spelling: ReadonlyMap<string, string>, path: string, found: Found) => void;

function visit(value: unknown, shape: Shape, path: string, onKey: OnKey): void {
  if (typeof value !== 'object' || value === null) return;
  if ('each' in shape) {
    for (const [key, item] of Object.entries(value)) visit(item, shape.each, `${path}${key}.`, onKey);
    return;
  }
  // A list where an object belongs is of the wrong type, which whoever reads it says.
  if (Array.isArray(value)) return;
  const spelling = spellingIn(shape.keys);
  for (const [key, item] of Object.entries(value)) {
    onKey(key, spelling, path, { ...shape, item });
    const inner = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
    if (inner !== undefined && inner !== true) visit(item, inner, `${path}${key}.`, onKey);
  }
}

const spellings = new WeakMap<object, ReadonlyMap<string, string>>();

function spellingIn(keys: object): ReadonlyMap<string, string> {
  const made = spellings.get(keys) ?? spellingOf(Object.keys(keys));
  spellings.set(keys, made);
  return made;
}
