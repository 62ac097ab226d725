import type { Duplex } from 'node:stream';

/** Frame types and flags (RFC 9113, section 6). */
const frame = { headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7 } as const;
const ack = 1;
const headBytes = 9;
const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const refusedStream = 7;
/** The largest frame without a setting that allows more; a longer one ends the connection. */
const frameMaxBytes = 16_384;

/** Just enough of an HTTP/2 server: it greets, acknowledges settings and pings, and refuses every stream. `onPing` counts pings. */
export function serveH2(socket: Duplex, early: Buffer, onPing: () => void): void {
  let pending: Buffer = early;
  let isGreeted = false;
  socket.write(frameOf(frame.settings, 0, 0, Buffer.alloc(0)));
  const read = () => {
    if (!isGreeted) {
      if (pending.length < preface.length) return;
      if (pending.toString('latin1', 0, preface.length) !== preface) return void socket.destroy();
      isGreeted = true;
      pending = pending.subarray(preface.length);
    }
    while (pending.length >= headBytes) {
      const length = pending.readUIntBE(0, 3);
      if (length > frameMaxBytes) return void socket.destroy();
      if (pending.length < headBytes + length) return;
      answer(socket, pending.subarray(0, headBytes + length), onPing);
      pending = pending.subarray(headBytes + length);
    }
  };
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    read();
  });
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  read();
}

function answer(socket: Duplex, bytes: Buffer, onPing: () => void): void {
  const [type, flags, stream] = [bytes[3], bytes[4] ?? 0, bytes.readUInt32BE(5)];
  const isAck = (flags & ack) !== 0;
  switch (type) {
    case frame.settings:
      if (!isAck) socket.write(frameOf(frame.settings, ack, 0, Buffer.alloc(0)));
      return;
    case frame.ping:
      if (isAck) return;
      onPing();
      socket.write(frameOf(frame.ping, ack, 0, bytes.subarray(headBytes)));
      return;
    case frame.headers: {
      const code = Buffer.alloc(4);
      code.writeUInt32BE(refusedStream);
      socket.write(frameOf(frame.reset, 0, stream, code));
      return;
    }
    case frame.goAway:
      socket.end();
      return;
    default:
  }
}

function frameOf(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
