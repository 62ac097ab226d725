import { labels } from '#contracts';
import { parseListQuery } from '#docker-api';
import type { Amended, Asked, TenantCase } from './judge.ts';

/** Engines prune what bears all labels that are asked for: the owner's is one of them. */
export function judgePrune({ query }: Asked, { scope }: TenantCase): Amended {
  const filters = new Map(parseListQuery(query.get('filters') ?? undefined));
  filters.set('label', [...(filters.get('label') ?? []), `${labels.owner}=${scope.tenant}`]);
  const amended = new URLSearchParams(query);
  amended.delete('filters');
  amended.set('filters', JSON.stringify(Object.fromEntries(filters)));
  return { query: amended };
}
