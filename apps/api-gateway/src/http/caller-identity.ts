import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { clientAddress } from './client-address.ts';

/**
 * Who calls, told by the connection alone, since BuildKit's clients send no header of the user's (docker-api.md 1.1): the certificate
 * of a client that was authenticated by one, else its address (`clientAddress`). The same at every gateway.
 */
export function callerIdentity(socket: Socket): string {
  if (socket instanceof TLSSocket && socket.authorized) {
    const { fingerprint256 } = socket.getPeerCertificate();
    if (fingerprint256) return `certificate ${fingerprint256}`;
  }
  return clientAddress(socket);
}
