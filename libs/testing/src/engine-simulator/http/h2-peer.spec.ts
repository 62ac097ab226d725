import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { serveH2 } from './h2-peer.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const settingsAck = Buffer.from([0, 0, 0, 4, 1, 0, 0, 0, 0]);
const ping = (flags: number) => Buffer.from([0, 0, 8, 6, flags, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);

it('greets, acknowledges settings and pings, however the bytes are cut', async () => {
  const sent: Buffer[] = [];
  let pings = 0;
  const socket = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _encoding, done) => {
      sent.push(chunk);
      done();
    },
  });
  serveH2(socket, preface.subarray(0, 10), () => {
    pings += 1;
  });
  for (const byte of Buffer.concat([preface.subarray(10), settings, ping(0)])) socket.push(Buffer.from([byte]));
  await expect.poll(() => pings).toBe(1);
  expect(Buffer.concat(sent)).toEqual(Buffer.concat([settings, settingsAck, ping(1)]));
});
