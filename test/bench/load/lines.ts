import { once } from 'node:events';
import { connect } from 'node:net';

export type LineListener = {
  /** A line without its end, in a buffer that is valid during the call. */
  readonly onLine: (bytes: Buffer, from: number, to: number) => void;
  /** The stream ended by itself, or was never one. */
  readonly onEnd: (why: string) => void;
};

const lineEnd = 10;
const success = 'HTTP/1.1 200 ';

/** A stream of lines over a connection of its own; resolves with how to end it, once the answer has begun. Framing passes as lines too. */
export async function openLines(address: string, path: string, { onLine, onEnd }: LineListener): Promise<() => void> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect({ host, port: Number(port), noDelay: true });
  let why = 'the connection ended';
  socket.on('error', (error) => {
    why = String(error);
  });
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`);
  let rest = (await once(socket, 'data'))[0] as Buffer;
  let isOver = false;
  if (!rest.subarray(0, success.length).equals(Buffer.from(success))) {
    socket.destroy();
    throw new Error(`${path}: ${rest.toString('latin1').split('\r\n')[0]}`);
  }
  socket.on('close', () => {
    if (!isOver) onEnd(why);
  });
  socket.on('data', (bytes: Buffer) => {
    rest = takeLines(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]), onLine);
  });
  return () => {
    isOver = true;
    socket.destroy();
  };
}

/** What is left is the beginning of a line. */
function takeLines(bytes: Buffer, onLine: LineListener['onLine']): Buffer {
  let at = 0;
  for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, at)) {
    onLine(bytes, at, end);
    at = end + 1;
  }
  return Buffer.from(bytes.subarray(at));
}
