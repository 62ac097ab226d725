import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { isLocal } from './local-sockets.ts';

/**
 * Who calls, told by the connection alone, since BuildKit's clients send no header of the user's (docker-api.md 1.1): the certificate
 * of a client that was authenticated by one, else its address without the port, `unix` on a unix socket. The same at every gateway.
 */
export function callerIdentity(socket: Socket): string {
  if (socket instanceof TLSSocket && socket.authorized) {
    const { fingerprint256 } = socket.getPeerCertificate();
    if (fingerprint256) return `certificate ${fingerprint256}`;
  }
  // A listener for both families shows IPv4 callers in the mapped form, one for IPv4 does not.
  return isLocal(socket) ? 'unix' : (socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? 'gone');
}
