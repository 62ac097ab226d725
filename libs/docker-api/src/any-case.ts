import { z } from 'zod';
import { isObject } from './json-object.ts';

/**
 * What the Docker API takes as this object, read as an engine reads it: Go's decoder takes keys in any case. What is read has Docker's own
 * spelling alone, so that whoever replaces a member leaves no other spelling of it beside; of several spellings the last counts. Keys that
 * the schema does not name stay as they came.
 */
export function inAnyCase<S extends z.ZodObject>(schema: S) {
  const spelling = spellingOf(Object.keys(schema.shape));
  const respelt = (value: unknown) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, found]) => [spelling.get(foldedKey(key)) ?? key, found]))
      : value;
  return z.preprocess(respelt, schema);
}

/** Docker's own spelling by the folded key. */
export function spellingOf(keys: readonly string[]): ReadonlyMap<string, string> {
  return new Map(keys.map((key) => [foldedKey(key), key]));
}

/** As Go's decoder compares keys: without case, where `s` has a third form (the long s) and `k` too (the Kelvin sign, which lower case makes a `k`). */
export function foldedKey(key: string): string {
  return key.toLowerCase().replaceAll('\u017f', 's');
}
