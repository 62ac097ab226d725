import { hash } from 'node:crypto';

/** Both parts lie here while they are hashed: memory for each of a hundred thousand is more work than their digest. */
let room = Buffer.allocUnsafeSlow(16 * 1024);
/** Of a letter in UTF-8, by its length in JavaScript. */
const letterMaxBytes = 3;

/** Tells two texts in a row, which cannot be cut otherwise, from any others. */
export function fingerprint(first: Buffer | string, second: Buffer): string {
  const most = first.length * letterMaxBytes + second.length;
  if (most > room.length) room = Buffer.allocUnsafeSlow(most);
  const at = typeof first === 'string' ? room.write(first, 'utf8') : first.copy(room);
  return hash('sha1', room.subarray(0, at + second.copy(room, at)), 'base64');
}
