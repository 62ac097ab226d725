import type { Exchange } from '../../http/exchange.ts';

/** No page of another origin may change the fleet in the name of whoever has both open; who may at all is the route's rule. */
export function isOwnPage(exchange: Exchange): boolean {
  const site = exchange.header('sec-fetch-site');
  return site === undefined || site === 'same-origin' || site === 'none';
}
