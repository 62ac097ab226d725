import type { Duplex } from 'node:stream';

const answers: Readonly<Record<string, readonly [status: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the request head is larger than 1 MiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request head did not come in time'],
};

/** The first line of a request whose method Node does not know: any token is one. */
const unknownMethod = /^[!#$%&'*+.^_`|~\w-]+ \/[!-~]* HTTP\/1\.[01]\r?\n/;

/** What Node says of a request that it cannot read, with the bytes that it read. */
export type BrokenRequest = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/** Answers what is no HTTP request in Docker's form where an answer still fits, and closes the connection. */
export function answerBrokenRequest(error: BrokenRequest, socket: Duplex): void {
  // An answer is under way: more bytes would be taken for a part of it.
  const isAnswering = (socket as { _httpMessage?: { headersSent: boolean } | null })._httpMessage?.headersSent === true;
  if (!socket.writable || isAnswering || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  if (error.code === 'HPE_INVALID_METHOD' && unknownMethod.test(error.rawPacket?.toString('latin1') ?? ''))
    return answerUnrouted(socket);
  answer(socket, ...(answers[error.code ?? ''] ?? ['400 Bad Request', 'the request is not HTTP/1.1']));
}

/** Says that there is no such route, as for any method that no route has, and closes the connection: what Node makes no request of. */
export function answerUnrouted(socket: Duplex): void {
  answer(socket, '404 Not Found', 'page not found');
}

function answer(socket: Duplex, status: string, message: string): void {
  const body = `${JSON.stringify({ message })}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
