import { type ListQuery, parseListQuery } from '#docker-api';

/** Docker's list queries as values by name; never with an empty list of values. */
export type ListFilters = ListQuery;

/** `filters` of a request. Fails with request/invalid for what is malformed or not `known`: ignoring it would show too much. */
export function parseFilters(text: string | null, known: ReadonlySet<string>): ListFilters {
  // Some clients send names without values; engines take them for absent.
  return new Map([...parseListQuery(text ?? undefined, known)].filter(([, values]) => values.length > 0));
}
