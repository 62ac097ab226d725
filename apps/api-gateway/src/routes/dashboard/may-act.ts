import type { Exchange } from '../../http/exchange.ts';

/**
 * Whether this caller may change the fleet by the page. Today whoever reaches the operators' listener may, as with its other routes that change
 * something; but no page of another origin in the name of whoever has both open.
 */
export function mayAct(exchange: Exchange): boolean {
  const site = exchange.header('sec-fetch-site');
  return site === undefined || site === 'same-origin' || site === 'none';
}
