import { connect } from 'node:net';

const answerMaxMs = 30_000;

/** An answer as it came over the wire: `status` 0 when the connection was closed without one. */
export type RawAnswer = { readonly status: number; readonly head: string; readonly body: string };

/**
 * Sends exactly these bytes and reads until the other side closes (say `Connection: close`). For requests that no HTTP library
 * would let out: broken chunks, `..` in a path, heads of megabytes.
 */
export function sendRaw(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) });
    const tooLong = setTimeout(() => socket.destroy(new Error(`no end within ${answerMaxMs} ms`)), answerMaxMs);
    const finish = () => {
      clearTimeout(tooLong);
      resolve(parseAnswer(Buffer.concat(chunks).toString('utf8')));
    };
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may hang up on a request it refuses while we still send it; what counts is what it said.
      if (error.code === 'EPIPE' || error.code === 'ECONNRESET') return finish();
      clearTimeout(tooLong);
      reject(error);
    });
    socket.on('close', finish);
    socket.write(bytes);
  });
}

/** A request without a body to exactly this path. */
export function getRaw(url: string, path: string): Promise<RawAnswer> {
  return sendRaw(url, `GET ${path} HTTP/1.1\r\nHost: baleen\r\nConnection: close\r\n\r\n`);
}

function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const head = end === -1 ? text : text.slice(0, end);
  return { status: Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0), head, body: end === -1 ? '' : text.slice(end + 4) };
}
