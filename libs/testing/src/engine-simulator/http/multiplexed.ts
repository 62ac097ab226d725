const headBytes = 8;
const stdout = 1;

/** Types of hijacked streams and logs: with a head before each piece, or bare as of a terminal. */
export const multiplexedType = 'application/vnd.docker.multiplexed-stream';
export const rawType = 'application/vnd.docker.raw-stream';

/** The head that says how many bytes of stdout follow. */
function stdoutHead(length: number): Buffer {
  const head = Buffer.alloc(headBytes);
  head[0] = stdout;
  head.writeUInt32BE(length, 4);
  return head;
}

/** A piece of output as it goes over the wire. */
export function outputPiece(bytes: Buffer, isTty: boolean): Buffer {
  return isTty ? bytes : Buffer.concat([stdoutHead(bytes.length), bytes]);
}
