import type { Socket } from 'node:net';
import { BaleenError } from '#contracts';

/** Sizes of chunks are written in a few digits; with an extension still less than this. */
const chunkLineMaxBytes = 256;
/** No client sends trailers; they are read byte by byte. */
const trailersMax = 16;

/** The next `length` bytes of a connection that nobody reads; what came behind them stays in it. Throws request/invalid when it ends before. */
export function readExactly(socket: Socket, length: number): Promise<Buffer> {
  if (length === 0) return Promise.resolve(Buffer.alloc(0));
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void) => {
      socket.off('readable', onReadable).off('end', onBroken).off('close', onBroken);
      outcome();
    };
    const onReadable = () => {
      const bytes = socket.read(length) as Buffer | null;
      if (bytes?.length === length) settle(() => resolve(bytes));
      else if (bytes !== null) settle(() => reject(broken()));
    };
    const onBroken = () => settle(() => reject(broken()));
    socket.on('readable', onReadable).once('end', onBroken).once('close', onBroken);
    onReadable();
  });
}

/** A short body in chunks (docker-java sends exec start so), without its framing. Throws request/too-large and request/invalid. */
export async function readChunked(socket: Socket, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let left = maxBytes; ; ) {
    const size = chunkSize(await readLine(socket));
    if (size === 0) break;
    if (size > left) throw new BaleenError('request/too-large', `the body is larger than ${maxBytes} bytes`);
    left -= size;
    chunks.push(await readExactly(socket, size));
    await readExactly(socket, 2);
  }
  for (let trailers = 0; (await readLine(socket)) !== ''; trailers++) if (trailers === trailersMax) throw notChunked();
  return Buffer.concat(chunks);
}

function chunkSize(line: string): number {
  const digits = /^([0-9a-f]{1,8})\s*(?:;.*)?$/i.exec(line)?.[1];
  if (digits === undefined) throw notChunked();
  return Number.parseInt(digits, 16);
}

/** Byte by byte, so that nothing behind it is taken; only short bodies are read this way. */
async function readLine(socket: Socket): Promise<string> {
  let line = '';
  while (line.length < chunkLineMaxBytes) {
    line += (await readExactly(socket, 1)).toString('latin1');
    if (line.endsWith('\r\n')) return line.slice(0, -2);
  }
  throw notChunked();
}

function notChunked(): BaleenError {
  return new BaleenError('request/invalid', 'the body is not chunked as its head says');
}

function broken(): BaleenError {
  return new BaleenError('request/invalid', 'the body ended before it was complete');
}
