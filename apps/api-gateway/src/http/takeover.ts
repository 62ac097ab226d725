import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import type { Connection } from './dispatcher.ts';
import { readChunked, readExactly } from './unparsed-body.ts';

/** A body that is read before its route runs is some bytes, which come with the head. */
const bodyMaxMs = 30_000;

/** How long a client may go on sending after its answer: a reset while bytes are under way would take the answer from it. */
export const lingerMs = 5_000;

/**
 * The connection of a request that the HTTP server has handed over: parsed up to the end of the head, everything behind it still in
 * the socket, in front of which `head` is put back.
 */
export function takenConnection(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
  clock: Clock,
): { readonly connection: Connection; readonly response: ServerResponse } {
  socket.setTimeout(0);
  if (head.length > 0) socket.unshift(head);
  // Before there is a response: it would take the write for its own.
  if (/^100-continue$/i.test(request.headers.expect ?? '')) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => {
    if (socket.destroyed) return;
    response.detachSocket(socket);
    closeLingering(socket, clock);
  });
  const readBody = async (maxBytes: number) => {
    const cancel = clock.after(bodyMaxMs, () => socket.destroy());
    try {
      return await readFramed(request, socket, maxBytes);
    } finally {
      cancel();
    }
  };
  return {
    response,
    connection: {
      readBody,
      input: socket,
      socket: () => {
        response.detachSocket(socket);
        return socket;
      },
    },
  };
}

function readFramed({ headers }: IncomingMessage, socket: Socket, maxBytes: number): Promise<Buffer> {
  if (headers['transfer-encoding'] !== undefined) return readChunked(socket, maxBytes);
  const length = Number(headers['content-length'] ?? 0);
  return length > maxBytes ? Promise.reject(tooLarge(maxBytes)) : readExactly(socket, length);
}

/** The answer that still goes out on a connection; Node has no public name for it. */
export function answerUnderWay(socket: Socket): ServerResponse | undefined {
  return (socket as { _httpMessage?: ServerResponse | null })._httpMessage ?? undefined;
}

/** Ends the answer and takes what the client still sends, for `lingerMs` at most. */
export function closeLingering(socket: Socket, clock: Clock): void {
  const cancel = clock.after(lingerMs, () => socket.destroy());
  socket.once('close', cancel);
  socket.once('end', () => socket.destroySoon());
  if (socket.readableEnded) socket.destroySoon();
  else socket.end();
  socket.resume();
}

function tooLarge(maxBytes: number): BaleenError {
  return new BaleenError('request/too-large', `the body is larger than ${maxBytes} bytes`);
}
