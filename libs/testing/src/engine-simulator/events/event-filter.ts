import { any, hasLabels, type ListQuery, readListQuery } from '../http/list-query.ts';
import type { Happening } from './happening.ts';

/** Names that `filters` of `GET /events` may have. */
const known = new Set([
  'config',
  'container',
  'daemon',
  'event',
  'image',
  'label',
  'network',
  'node',
  'plugin',
  'scope',
  'secret',
  'service',
  'type',
  'volume',
]);

/** The question whether an event is wanted. Throws what a malformed list query is answered with. */
export function eventFilter(filters: string | null): (happening: Happening) => boolean {
  const query = readListQuery(filters, known);
  if (query.size === 0) return () => true;
  return (happening) =>
    among(query, 'type', [happening.type]) &&
    among(query, 'event', [happening.action, happening.action.replace(/:.*$/, '')]) &&
    among(query, 'scope', ['local']) &&
    hasLabels(happening.attributes, query.get('label')) &&
    isOf(query, 'container', happening, happening.attributes['container']) &&
    isOf(query, 'network', happening, undefined) &&
    isOf(query, 'volume', happening, undefined) &&
    isOfImage(query, happening);
}

function among(query: ListQuery, name: string, said: readonly string[]): boolean {
  return any(query.get(name), (value) => said.includes(value));
}

/** By the actor's id, its beginning, or its name. */
function isOf(
  query: ListQuery,
  type: Happening['type'],
  { id, attributes, type: own }: Happening,
  other: string | undefined,
): boolean {
  const wanted = query.get(type);
  if (wanted === undefined || wanted.length === 0) return true;
  if (own !== type) return other !== undefined && wanted.includes(other);
  return wanted.some((value) => id.startsWith(value) || attributes['name'] === value);
}

function isOfImage(query: ListQuery, { type, id, attributes, from }: Happening): boolean {
  const wanted = query.get('image');
  if (wanted === undefined || wanted.length === 0) return true;
  const said = type === 'image' ? [id, attributes['name'] ?? ''] : [from ?? ''];
  return wanted.some((value) => said.some((name) => name === value || name.startsWith(`${value}:`)));
}
