import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { plainToTlsText } from '#docker-api';

/** As Go's HTTP server answers, which classic and dockerd are: clients recognise it. */
const plainAnswer = `HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${plainToTlsText}.\n`;

/** Answers a client that spoke plain HTTP to a TLS listener, in plain. True: it was one, and its connection is dealt with. */
export function answerPlainRequest(error: NodeJS.ErrnoException, socket: object): boolean {
  if (error.code !== 'ERR_SSL_HTTP_REQUEST') return false;
  // The connection below the TLS one, for which Node has no public name.
  const below = (socket as { _parent?: Socket | null })._parent;
  if (!below?.writable) return false;
  below.end(plainAnswer, () => below.destroy());
  return true;
}

/** Why a client got no TLS connection; `undefined` for one that said nothing, as port scans and health checks do. */
export function handshakeFailure(
  error: NodeJS.ErrnoException & { readonly reason?: string },
  socket: TLSSocket,
): string | undefined {
  const refused: unknown = socket.authorizationError;
  if (refused !== undefined && refused !== null) return `its certificate is not taken: ${String(refused)}`;
  if (error.code === 'ECONNRESET') return undefined;
  return known[error.code ?? ''] ?? error.reason ?? error.code ?? error.message;
}

const known: Readonly<Record<string, string>> = {
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'it has no client certificate',
  ERR_SSL_HTTP_REQUEST: 'it speaks plain HTTP',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks no TLS 1.2 or later',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'its handshake took too long',
};
