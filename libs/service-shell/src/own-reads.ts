import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** Who reads a socket's bytes from now on. */
export type OwnReader = {
  /** Where the first read goes. */
  readonly buffer: Buffer;
  /** The first `length` bytes of the buffer are new. False: read no further until the socket is resumed. */
  readonly onRead: (length: number) => boolean;
  /** Where the next read goes; asked after each one. */
  readonly nextBuffer: () => Buffer;
};

/**
 * Has a socket read into buffers of ours, as `net.connect` does with its option `onread`, but in the middle of its life and for
 * accepted connections too. Its 'data' is over: nothing may be in its own buffer, and nobody else may read it. 'end', 'close', `pause`
 * and `resume` stay as they are. False: this stream is none of Node's plain sockets, or not as it is in the version that we ship
 * (docs/adr/0025).
 */
export function readIntoOwn(stream: Readable, { buffer, onRead, nextBuffer }: OwnReader): boolean {
  if (!(stream instanceof Socket) || stream instanceof TLSSocket || stream.readableLength > 0) return false;
  const socket = stream as unknown as SocketInside;
  const names = onReadNames(stream);
  const handle = socket._handle;
  if (names === undefined || typeof handle?.useUserBuffer !== 'function') return false;
  socket[names.buffer] = buffer;
  socket[names.callback] = onRead;
  socket[names.next] = nextBuffer;
  handle.useUserBuffer(buffer);
  return true;
}

/** What the option sets on a new socket. */
type SocketInside = { _handle?: { useUserBuffer?: (buffer: Buffer) => void } | null; [name: symbol]: unknown };
type OnReadNames = { readonly buffer: symbol; readonly callback: symbol; readonly next: symbol };

function onReadNames(socket: Socket): OnReadNames | undefined {
  const named = (description: string) =>
    Object.getOwnPropertySymbols(socket).find((symbol) => symbol.description === description);
  const [buffer, callback, next] = [named('kBuffer'), named('kBufferCb'), named('kBufferGen')];
  return buffer && callback && next && { buffer, callback, next };
}
