/**
 * One message of a tunnel. On the wire: type (1 byte), sequence (6 bytes, big-endian), payload. Each direction counts its frames from
 * 1 without a gap, so that the receiver notices what core NATS lost.
 */
export type Frame = {
  readonly type: FrameType;
  readonly sequence: number;
  /** data: the bytes. credit: how many more may be sent (4 bytes, big-endian). reset: the reason as UTF-8. end, ping: empty. */
  readonly payload: Uint8Array;
};

export type FrameType = 'data' | 'credit' | 'end' | 'reset' | 'ping';

const types: readonly FrameType[] = ['data', 'credit', 'end', 'reset', 'ping'];
const typeNumbers: Readonly<Record<FrameType, number>> = { data: 0, credit: 1, end: 2, reset: 3, ping: 4 };

const sequenceBytes = 6;
const headerBytes = 1 + sequenceBytes;
const creditBytes = 4;

/** The parts of one message; those of the payload are not copied. */
export function encodeFrame(type: FrameType, sequence: number, parts: readonly Uint8Array[] = []): readonly Uint8Array[] {
  const head = Buffer.allocUnsafe(headerBytes);
  head[0] = typeNumbers[type];
  head.writeUIntBE(sequence, 1, sequenceBytes);
  return [head, ...parts];
}

/** The payload is a window on the message. `undefined` = not a frame. */
export function decodeFrame(message: Uint8Array): Frame | undefined {
  const type = types[message[0] ?? types.length];
  if (type === undefined || message.length < headerBytes) return undefined;
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.length);
  return { type, sequence: bytes.readUIntBE(1, sequenceBytes), payload: bytes.subarray(headerBytes) };
}

export function creditPayload(bytes: number): Buffer {
  const payload = Buffer.allocUnsafe(creditBytes);
  payload.writeUInt32BE(bytes);
  return payload;
}

/** 0 for a payload that is none: it grants nothing. */
export function creditOf(payload: Uint8Array): number {
  return payload.length === creditBytes ? Buffer.from(payload.buffer, payload.byteOffset, creditBytes).readUInt32BE() : 0;
}
