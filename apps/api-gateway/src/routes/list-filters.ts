import { BaleenError } from '#contracts';
import { type ListQuery, parseListQuery } from '#docker-api';

/** Docker's list queries as values by name; never with an empty list of values. */
export type ListFilters = ListQuery;

/** `filters` of a request. Fails with request/invalid for what is malformed or not `known`: ignoring it would show too much. */
export function parseFilters(text: string | null, known: ReadonlySet<string>): ListFilters {
  // Some clients send names without values; engines take them for absent.
  return new Map([...parseListQuery(text ?? undefined, known)].filter(([, values]) => values.length > 0));
}

/** A query that takes one of `true`, `1`, `false`, `0`; `undefined` when it is not given. Fails with request/invalid in the engine's words. */
export function booleanFilter(filters: ListFilters, name: string): boolean | undefined {
  const values = filters.get(name);
  if (values === undefined) return undefined;
  const wanted = readBoolean(values);
  if (wanted === undefined) throw new BaleenError('request/invalid', `invalid filter '${name}=[${values.join(' ')}]'`);
  return wanted;
}

/** `undefined` = neither, or several at once. */
export function readBoolean(values: readonly string[]): boolean | undefined {
  const [value] = values;
  if (values.length !== 1) return undefined;
  if (value === 'true' || value === '1') return true;
  return value === 'false' || value === '0' ? false : undefined;
}
