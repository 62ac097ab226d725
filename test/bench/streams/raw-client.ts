import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What one exchange moved: bytes of answer behind the head, or of upload. */
export type Moved = { readonly bytes: number; readonly ms: number };

/** Enough of an answer to hold its head. */
const headMaxBytes = 4_096;
const succeeded = /^HTTP\/1\.1 (200|101) /;
const lastChunk = '0\r\n\r\n';

/** One request over a connection of its own, with nothing parsed on this side; resolves at the end of the answer. */
export async function exchange(
  address: string,
  request: string,
  upload?: { readonly piece: Buffer; readonly pieces: number },
): Promise<Moved> {
  const began = performance.now();
  const socket = await open(address);
  let received = 0;
  let [head, end] = ['', ''];
  socket.on('data', (bytes: Buffer) => {
    received += bytes.length;
    if (head.length < headMaxBytes) head += bytes.toString('latin1', 0, headMaxBytes);
    end = (end + bytes.toString('latin1', Math.max(0, bytes.length - lastChunk.length))).slice(-lastChunk.length);
    const isWhole = end === lastChunk || (head.includes('\r\n\r\n') && (upload !== undefined || !succeeded.test(head)));
    // A daemon keeps the connection open behind its answer.
    if (isWhole) socket.end();
  });
  // A session's daemon is done, and waits for our end before the connection is gone.
  socket.on('end', () => socket.end());
  socket.write(request);
  if (upload !== undefined) await send(socket, upload);
  await once(socket, 'close');
  if (!succeeded.test(head)) throw new Error(`refused: ${head}`);
  return { bytes: upload === undefined ? received : upload.piece.length * upload.pieces, ms: performance.now() - began };
}

/** Writes one byte and waits for it to come back, `rounds` times, in a session that echoes; the times in ms. */
export async function roundTrips(address: string, head: string, rounds: number): Promise<number[]> {
  const socket = await open(address);
  socket.write(head);
  await once(socket, 'data');
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    socket.write('x');
    await once(socket, 'data');
    times.push(performance.now() - began);
  }
  socket.destroy();
  return times;
}

async function open(address: string): Promise<Socket> {
  const [host = '', port = ''] = address.split(':');
  const socket = connect({ host, port: Number(port), noDelay: true, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

async function send(socket: Socket, { piece, pieces }: { readonly piece: Buffer; readonly pieces: number }): Promise<void> {
  const framed = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
  for (let i = 0; i < pieces; i++) if (!socket.write(framed)) await once(socket, 'drain');
  socket.write(lastChunk);
}
