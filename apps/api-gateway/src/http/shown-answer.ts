import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Marks an answer that a browser would show as a page: what an engine, or a container in its logs, says there may be one, and its scripts would ask the
 * gateway in the name of whoever followed a link to it. Such a page is of no origin then, and what says no type is no page. Clients of Docker accept no HTML.
 */
export function wallOffPage({ headers }: IncomingMessage, response: ServerResponse): void {
  if (!/\btext\/html\b/i.test(headers.accept ?? '')) return;
  response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
  response.setHeader('X-Content-Type-Options', 'nosniff');
}
