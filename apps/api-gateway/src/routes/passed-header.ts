import type { Exchange } from '../http/exchange.ts';

/** A client's header for an engine; none where the client sent none. */
export function passedHeader(exchange: Exchange, name: string): Record<string, string> {
  const value = exchange.header(name);
  return value === undefined ? {} : { [name]: value };
}
