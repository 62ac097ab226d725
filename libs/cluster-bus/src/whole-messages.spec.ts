import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBytes, WholeMessages } from './whole-messages.ts';

const messageWith = (payload: Uint8Array) =>
  Buffer.concat([Buffer.from(`MSG tunnel.a.up 7 ${payload.length}\r\n`), payload, Buffer.from('\r\n')]);
const withHeaders = (payload: Uint8Array) =>
  Buffer.concat([Buffer.from(`HMSG a 1 _INBOX.b 12 ${payload.length + 12}\r\nNATS/1.0\r\n\r\n`), payload, Buffer.from('\r\n')]);
const line = (text: string) => Buffer.from(`${text}\r\n`);

/** Reads `bytes` in pieces of these lengths, over and over; what came out. */
function readIn(lengths: readonly number[], bytes: Buffer): Buffer[] {
  const messages = new WholeMessages();
  const out: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const room = messages.next();
    const length = Math.min(room.length, lengths[turn % lengths.length] ?? 1, bytes.length - at);
    room.set(bytes.subarray(at, at + length));
    at += length;
    const whole = messages.read(length);
    if (whole !== undefined) out.push(whole);
  }
  return out;
}

describe('WholeMessages', () => {
  it('gives on every byte once and in order, cut where messages end, however they were read', () => {
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 40_000 }).map(messageWith),
      fc.uint8Array({ maxLength: 100 }).map(withHeaders),
      fc.constantFrom(line('PING'), line('+OK'), line("-ERR 'Slow Consumer'"), line('INFO {"max_payload":1048576}')),
    );
    const lengths = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 40 }), lengths, (sent, pieces) => {
        const out = readIn(pieces, Buffer.concat(sent));
        const ends = new Set(sent.map((_, i) => Buffer.concat(sent.slice(0, i + 1)).length));
        let end = 0;
        for (const whole of out) {
          end += whole.length;
          expect(ends).toContain(end);
        }
        expect(Buffer.concat(out).equals(Buffer.concat(sent))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('takes a message that is larger than its buffer', () => {
    const large = messageWith(Buffer.alloc(3 * readBytes, 'x'));
    const out = readIn([64 * 1024], Buffer.concat([line('PING'), large, line('PING')]));
    expect(Buffer.concat(out)).toHaveLength(large.length + 12);
    expect(out.map((whole) => whole.length)).toContain(large.length + 6);
  });

  it('leaves what no server of NATS says to the parser', () => {
    expect(readIn([9_000], Buffer.alloc(9_000, 'x'))).toHaveLength(1);
  });
});
