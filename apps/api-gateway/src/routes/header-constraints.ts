import type { Exchange } from '../http/exchange.ts';

export const constraintHeader = 'x-baleen-constraint';

/**
 * What a client asks of the node of all that it makes, and of those that it brings images to: constraints as `-e constraint:` takes them, several with
 * `;` between. The docker CLI sends it for whatever it does, compose included: `DOCKER_CUSTOM_HEADERS='X-Baleen-Constraint=zone==attic'`, or
 * `HttpHeaders` of its config.
 */
export function headerConstraints(exchange: Exchange): string[] {
  const texts = (exchange.header(constraintHeader) ?? '').split(';').map((text) => text.trim());
  return texts.filter((text) => text !== '');
}
