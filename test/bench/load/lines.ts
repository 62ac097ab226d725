import { connect } from 'node:net';

export type LineListener = {
  /** A line without its end, in a buffer that is valid during the call. */
  readonly onLine: (bytes: Buffer, from: number, to: number) => void;
  /** The stream ended by itself, or was never one. */
  readonly onEnd: (why: string) => void;
};

const lineEnd = 10;
const success = 'HTTP/1.1 200 ';

/** Of all streams: what is read is gone through at once. As cheap as a client can be, so that it is not what limits. */
const readBuffer = Buffer.allocUnsafe(256 * 1024);
const nothing = Buffer.alloc(0);

/** A stream of lines over a connection of its own; resolves with how to end it, once the answer has begun. Framing passes as lines too. */
export async function openLines(address: string, path: string, { onLine, onEnd }: LineListener): Promise<() => void> {
  const [host = '', port = ''] = address.split(':');
  const begun = Promise.withResolvers<void>();
  let hasBegun = false;
  let isOver = false;
  let why = 'the connection ended';
  let rest: Buffer = nothing;
  const begin = (bytes: Buffer): Buffer => {
    hasBegun = true;
    if (bytes.subarray(0, success.length).equals(Buffer.from(success))) begun.resolve();
    else begun.reject(new Error(`${path}: ${bytes.toString('latin1').split('\r\n')[0]}`));
    return Buffer.from(bytes);
  };
  const callback = (count: number): boolean => {
    const bytes = readBuffer.subarray(0, count);
    if (hasBegun) rest = takeLines(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]), onLine);
    else rest = begin(bytes);
    return true;
  };
  const socket = connect({ host, port: Number(port), noDelay: true, onread: { buffer: readBuffer, callback } });
  socket.on('error', (error) => {
    why = String(error);
  });
  socket.on('close', () => {
    if (!hasBegun) begun.reject(new Error(`${path}: ${why}`));
    else if (!isOver) onEnd(why);
  });
  const end = (): void => {
    isOver = true;
    socket.destroy();
  };
  socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`);
  try {
    await begun.promise;
  } catch (error) {
    end();
    throw error;
  }
  return end;
}

/** What is left is the beginning of a line. */
function takeLines(bytes: Buffer, onLine: LineListener['onLine']): Buffer {
  let at = 0;
  for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, at)) {
    onLine(bytes, at, end);
    at = end + 1;
  }
  return at === bytes.length ? nothing : Buffer.from(bytes.subarray(at));
}
