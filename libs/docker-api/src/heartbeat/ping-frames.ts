/** As much of HTTP/2 (RFC 9113) as it takes to be asked and to answer PING. No I/O. */

const headBytes = 9;
const pingBytes = 8;
/** What a peer may send before it was told otherwise (SETTINGS_MAX_FRAME_SIZE). */
const payloadMaxBytes = 16_384;

const settingsType = 4;
const pingType = 6;
const goAwayType = 7;
const ackFlag = 1;

function frame(type: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  return Buffer.concat([head, payload]);
}

const nothing = Buffer.alloc(0);
const settingsAck = frame(settingsType, ackFlag, nothing);

/** What a client says first. */
export const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(settingsType, 0, nothing)]);

/** A question that its answer repeats. */
export function pingFrame(serial: bigint): Buffer {
  const payload = Buffer.alloc(pingBytes);
  payload.writeBigUInt64BE(serial);
  return frame(pingType, 0, payload);
}

/** What came: the answer to a question of ours, what is to be sent back, or that the peer ends the connection. */
export type PingNews =
  | { readonly type: 'pong'; readonly serial: bigint }
  | { readonly type: 'reply'; readonly bytes: Buffer }
  | { readonly type: 'ended' };

/** Cuts a peer's bytes into frames and tells what matters of them. Throws SyntaxError on a frame that no peer may send. */
export class PingFrames {
  #rest: Buffer = nothing;

  push(chunk: Buffer): PingNews[] {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const news: PingNews[] = [];
    while (bytes.length >= headBytes) {
      const length = bytes.readUIntBE(0, 3);
      if (length > payloadMaxBytes) throw new SyntaxError(`an HTTP/2 frame of ${length} bytes`);
      if (bytes.length < headBytes + length) break;
      const told = newsOf(bytes[3], bytes[4] ?? 0, bytes.subarray(headBytes, headBytes + length));
      if (told !== undefined) news.push(told);
      bytes = bytes.subarray(headBytes + length);
    }
    this.#rest = bytes;
    return news;
  }
}

/** Streams are never opened here, so nothing else can mean anything. */
function newsOf(type: number | undefined, flags: number, payload: Buffer): PingNews | undefined {
  const isAck = (flags & ackFlag) !== 0;
  if (type === settingsType) return isAck ? undefined : { type: 'reply', bytes: settingsAck };
  if (type === goAwayType) return { type: 'ended' };
  if (type !== pingType) return undefined;
  if (payload.length !== pingBytes) throw new SyntaxError(`an HTTP/2 PING of ${payload.length} bytes`);
  if (isAck) return { type: 'pong', serial: payload.readBigUInt64BE() };
  return { type: 'reply', bytes: frame(pingType, ackFlag, payload) };
}
