import { labels } from '#contracts';
import { parseListQuery } from '#docker-api';
import { type Amended, type Asked, refused, type TenantCase } from './judge.ts';

/** Engines prune what bears all labels that are asked for: the owner's is one of them. */
export function judgePrune({ query }: Asked, { scope }: TenantCase): Amended {
  const filters = new Map(parseListQuery(query.get('filters') ?? undefined));
  filters.set('label', [...(filters.get('label') ?? []), `${labels.owner}=${scope.tenant}`]);
  const amended = new URLSearchParams(query);
  amended.delete('filters');
  amended.set('filters', JSON.stringify(Object.fromEntries(filters)));
  return { query: amended };
}

/** An image has the labels of what it was built on, whosever it is: only one without a name is its label's owner's to prune. */
export function judgeImagePrune(asked: Asked, by: TenantCase): Amended {
  const dangling = parseListQuery(asked.query.get('filters') ?? undefined).get('dangling') ?? [];
  if (dangling.some((text) => text !== 'true' && text !== '1'))
    throw refused('pruning images that have a name: remove them by it');
  return judgePrune(asked, by);
}
