import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const toThisMachine = new WeakSet<Socket>();

/** To be told by a listener that only this machine reaches and that asks nobody for a certificate, of each connection that it takes. */
export function noteLoopback(socket: Socket): void {
  toThisMachine.add(socket);
}

/**
 * Names that no public DNS server answers for: without a dot (clients of unix sockets, whose bytes may come through a pipe, say `docker`, or the socket's
 * path in hex), below a reserved top-level name (RFC 6761, `internal` of ICANN), and the CLI's over ssh. What ends in a number is no name to browsers.
 */
const isNobodysToGive =
  /^(?:[^.]*|.*\.(?:localhost|internal|local|test|example|invalid|\d+)|docker\.example\.com|\[[\da-f:.%]+\])$/i;

/**
 * The name under which a request to this machine was sent, where somebody else may have made it lead here: a page that waits until its own name does is of
 * the same origin as the gateway then, as far as its browser knows (DNS rebinding). `undefined` = it is none such.
 */
export function reboundName({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string | undefined {
  if (!toThisMachine.has(socket)) return undefined;
  const name = (headers.host ?? '').replace(/:\d*$/, '').replace(/\.$/, '');
  return isNobodysToGive.test(name) ? undefined : name;
}
