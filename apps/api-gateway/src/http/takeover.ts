import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BaleenError } from '#contracts';
import type { Connection } from './dispatcher.ts';
import { readWhole } from './request-body.ts';

/**
 * The connection of a request that came with `Upgrade`: Node has stopped parsing it already. Where its body is depends on the
 * version of Node (request stream in 26, `head` and the socket before; docker-api.md 1.3), so both are read.
 */
export function upgradedConnection(
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): { readonly connection: Connection; readonly response: ServerResponse } {
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  response.once('finish', () => {
    if (socket.destroyed) return;
    response.detachSocket(socket);
    socket.end(() => socket.destroySoon());
  });
  const readBody = async (maxBytes: number) => {
    const parsed = await readWhole(request, maxBytes);
    if (head.length > 0) socket.unshift(head);
    if (request.headers['transfer-encoding'] !== undefined) await skipEmptyBody(socket, request);
    const missing = Math.min(Number(request.headers['content-length'] ?? 0), maxBytes + 1) - parsed.length;
    return missing > 0 ? Buffer.concat([parsed, await readExactly(socket, missing, maxBytes)]) : parsed;
  };
  return {
    response,
    connection: {
      readBody,
      detach: () => undefined,
      socket: () => {
        response.detachSocket(socket);
        return socket;
      },
    },
  };
}

/**
 * The connection of a request without `Upgrade` whose answer is a raw stream nevertheless. Once the body is read, the HTTP
 * parser is taken off, before anything that follows (standard input) could be read as another request.
 */
export function plainConnection(request: IncomingMessage, response: ServerResponse, adopt: (socket: Socket) => void): Connection {
  const { socket } = request;
  return {
    readBody: (maxBytes) => readWhole(request, maxBytes),
    detach: () => {
      // A data listener makes Node give the connection back from its parser, which otherwise reads below the stream.
      socket.on('data', () => undefined);
      for (const event of ['data', 'end', 'close', 'drain', 'timeout', 'error']) socket.removeAllListeners(event);
      socket.pause();
      socket.setTimeout(0);
      adopt(socket);
      // Anew, for the response to hear of the end of its connection.
      response.detachSocket(socket);
      response.assignSocket(socket);
    },
    socket: () => {
      response.detachSocket(socket);
      return socket;
    },
  };
}

/** What ends a chunked body that is empty (testcontainers' `/session`). */
const chunkedEnd = '0\r\n\r\n';

async function skipEmptyBody(socket: Socket, request: IncomingMessage): Promise<void> {
  if (isParsedByNode(request)) return;
  const bytes = await readExactly(socket, chunkedEnd.length, chunkedEnd.length);
  if (bytes.toString('latin1') !== chunkedEnd) {
    throw new BaleenError('request/invalid', 'a chunked body on an upgrade request has to be empty');
  }
}

/** Node 26 and newer parse the body of an upgrade request. */
function isParsedByNode({ complete }: IncomingMessage): boolean {
  return complete && Number.parseInt(process.versions.node, 10) >= 26;
}

/** The next `length` bytes of a socket that nobody reads; what came with them stays in it. */
function readExactly(socket: Socket, length: number, maxBytes: number): Promise<Buffer> {
  if (length > maxBytes) throw new BaleenError('request/too-large', `the body is larger than ${maxBytes} bytes`);
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void) => {
      socket.off('readable', onReadable).off('end', onBroken).off('close', onBroken);
      outcome();
    };
    const onReadable = () => {
      const bytes = socket.read(length) as Buffer | null;
      if (bytes?.length === length) settle(() => resolve(bytes));
      else if (bytes !== null) settle(() => reject(new BaleenError('request/invalid', 'the body ended before it was complete')));
    };
    const onBroken = () => settle(() => reject(new BaleenError('request/invalid', 'the body ended before it was complete')));
    socket.on('readable', onReadable).once('end', onBroken).once('close', onBroken);
    onReadable();
  });
}
