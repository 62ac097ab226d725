import { BaleenError } from '#contracts';
import { isObject } from './json-object.ts';

/** Docker's `?filters=`: name → values. */
export type ListQuery = ReadonlyMap<string, readonly string[]>;

/**
 * Reads `filters` in both forms clients send (`{"label":["a"]}` and `{"label":{"a":true}}`, where engines count the keys whatever their
 * value), but not one name in each, as engines; absent and empty = none.
 * Throws request/invalid for what is no such JSON and for a name that is not in `known` (when given), with the engine's text.
 */
export function parseListQuery(filters: string | undefined, known?: ReadonlySet<string>): ListQuery {
  const query = new Map<string, string[]>();
  if (filters === undefined || filters === '') return query;
  const parsed = parseObject(filters);
  const given = Object.values(parsed).filter((values) => values !== null);
  if (given.some(Array.isArray) && !given.every(Array.isArray)) throw malformed(filters);
  for (const [name, values] of Object.entries(parsed)) {
    if (known?.has(name) === false) throw new BaleenError('request/invalid', `invalid filter '${name}'`);
    query.set(name, valuesOf(values, filters));
  }
  return query;
}

function parseObject(filters: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(filters);
    if (isObject(parsed)) return parsed;
    if (parsed === null) return {};
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw malformed(filters);
}

function valuesOf(values: unknown, filters: string): string[] {
  if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return values;
  if (values === null) return [];
  if (typeof values === 'object' && !Array.isArray(values)) {
    if (Object.values(values).some((wanted) => typeof wanted !== 'boolean')) throw malformed(filters);
    return Object.keys(values);
  }
  throw malformed(filters);
}

function malformed(filters: string): BaleenError {
  return new BaleenError(
    'request/invalid',
    `invalid filters ${JSON.stringify(filters)}: it must be a JSON object of lists, as in {"label":["a=b"]}`,
  );
}

/** Does a set of labels satisfy every `key` and `key=value` wanted? */
export function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[] | undefined): boolean {
  return (wanted ?? []).every((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? Object.hasOwn(labels, pair) : labels[pair.slice(0, at)] === pair.slice(at + 1);
  });
}
