import type { Socket } from 'node:net';

const local = new WeakSet<Socket>();

/**
 * To be told by the listener of a unix socket, of each connection that it takes. The socket itself does not know: Node asks for the address of a client when
 * it is wanted, and of a TCP client that has reset its connection there is none any more either, though what it sent is still read.
 */
export function noteLocal(socket: Socket): void {
  local.add(socket);
}

/** It came over a unix socket. */
export function isLocal(socket: Socket): boolean {
  return local.has(socket);
}

/** Address of the client without the port, `unix` over a unix socket, `unknown` of one that has gone. */
export function clientAddress(socket: Socket): string {
  if (local.has(socket)) return 'unix';
  // A listener for both families shows IPv4 callers in the mapped form, one for IPv4 does not.
  return socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? 'unknown';
}
