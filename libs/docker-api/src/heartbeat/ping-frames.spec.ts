import { describe, expect, it } from 'vitest';
import { PingFrames, pingFrame, preface } from './ping-frames.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
/** As Docker 28.5.2 answered: its SETTINGS, its acknowledgement of ours, its answer to the first PING. */
const answered = bytes(
  '000024 04 00 00000000 000500100000 0003000000fa 000600100140 000100001000 000400100000 000900000001' +
    '000004 08 00 00000000 000f0001 000000 04 01 00000000 000008 06 01 00000000 0000000000000001',
);
const news = [
  { type: 'reply', bytes: bytes('000000 04 01 00000000') },
  { type: 'pong', serial: 1n },
];

describe('frames of HTTP/2', () => {
  it('begin with the preface, and ask by PING', () => {
    expect(preface.toString('latin1')).toMatch(/^PRI \* HTTP\/2\.0\r\n\r\nSM\r\n\r\n/);
    expect(pingFrame(1n)).toEqual(bytes('000008 06 00 00000000 0000000000000001'));
  });

  it('tell the same however they are cut', () => {
    for (let size = 1; size <= answered.length; size++) {
      const frames = new PingFrames();
      const told = [];
      for (let at = 0; at < answered.length; at += size) told.push(...frames.push(answered.subarray(at, at + size)));
      expect(told).toEqual(news);
    }
  });

  it('of a peer that asks are answered, and of one that leaves end the connection', () => {
    const asked = '0102030405060708';
    expect(new PingFrames().push(bytes(`000008 06 00 00000000 ${asked}`))).toEqual([
      { type: 'reply', bytes: bytes(`000008 06 01 00000000 ${asked}`) },
    ]);
    expect(new PingFrames().push(bytes('000008 07 00 00000000 0000000000000000'))).toEqual([{ type: 'ended' }]);
  });

  it('are refused when no peer may send them', () => {
    expect(() => new PingFrames().push(Buffer.from('HTTP/1.1 400 Bad Request'))).toThrow(SyntaxError);
    expect(() => new PingFrames().push(bytes('000001 06 01 00000000 00'))).toThrow(SyntaxError);
  });
});
