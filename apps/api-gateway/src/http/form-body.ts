import type { IncomingMessage } from 'node:http';
import { BaleenError } from '#contracts';
import type { Exchange } from './exchange.ts';
import { isRaw, type Route } from './router.ts';
import { refuseBrokenQuery } from './url-escapes.ts';

/** Parameters are short. */
const formMaxBytes = 1024 * 1024;
const methods: ReadonlySet<string> = new Set(['POST', 'PUT']);

/** Engines take such a body for parameters, whatever the route: `curl -d signal=HUP`. */
export function isForm({ method = '', headers }: IncomingMessage): boolean {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return hasBody && methods.has(method) && type.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}

/**
 * The exchange with the parameters of its body before those of its query, as engines read them, and without a body. Throws request/too-large, and
 * request/invalid also for an archive that is said to be a form.
 */
export async function withForm(exchange: Exchange, route: Pick<Route, 'raw'>): Promise<Exchange> {
  const text = (await exchange.readBody(formMaxBytes)).toString('utf8');
  refuseBrokenQuery(text);
  // Written anew: bytes that may not stand in a head are escaped.
  const parts = [String(new URLSearchParams(text)), exchange.rawQuery];
  const rawQuery = parts.filter((part) => part !== '').join('&');
  if (isRaw(route, rawQuery))
    throw new BaleenError(
      'request/invalid',
      'a body of type application/x-www-form-urlencoded is taken for parameters: say what it is, as in Content-Type: application/x-tar',
    );
  return exchange.amended({ rawQuery, prefetched: Buffer.alloc(0) });
}
