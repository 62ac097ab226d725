import { z } from 'zod';
import { isObject } from './json-object.ts';

/** What lists of thousands of rows say by name. A schema for each value costs more than all the rest of a row's form. */
export const TextsByName = z.custom<Record<string, string>>((value) => isByName(value, isText), 'expected texts by name');

/** An object, each of whose values is one of these. */
export function isByName(value: unknown, isOne: (value: unknown) => boolean): boolean {
  if (!isObject(value)) return false;
  for (const name of Object.keys(value)) if (!isOne(value[name])) return false;
  return true;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
