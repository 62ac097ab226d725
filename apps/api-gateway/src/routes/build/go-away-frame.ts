import { frameType } from './frame-scanner.ts';

/** INTERNAL_ERROR (RFC 9113, 7). */
const internalError = 2;
/** No call of the client is named as untouched: it may have been worked on, and must not be made again unseen. */
const lastStreamMax = 0x7fff_ffff;
/** A reason is a line of text; anything longer is no help to a reader. */
const reasonMaxBytes = 1_024;

/** The HTTP/2 frame by which a server says why it ends the connection; gRPC clients show its text in their errors. */
export function goAwayFrame(reason: string): Buffer {
  const text = Buffer.from(reason).subarray(0, reasonMaxBytes);
  const frame = Buffer.alloc(17);
  frame.writeUIntBE(8 + text.length, 0, 3);
  frame.writeUInt8(frameType.goAway, 3);
  frame.writeUInt32BE(lastStreamMax, 9);
  frame.writeUInt32BE(internalError, 13);
  return Buffer.concat([frame, text]);
}
