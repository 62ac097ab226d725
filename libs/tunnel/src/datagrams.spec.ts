import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DatagramReader, framedDatagram } from './datagrams.ts';

it('datagrams come out of a stream as they went in, however it was cut', () => {
  const datagrams = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  const property = fc.property(datagrams, fc.integer({ min: 1, max: 17 }), (sent, step) => {
    const stream = Buffer.concat(sent.map(framedDatagram));
    const reader = new DatagramReader();
    const received: Buffer[] = [];
    for (let at = 0; at < stream.length; at += step) received.push(...reader.read(stream.subarray(at, at + step)));
    expect(received.map((datagram) => [...datagram])).toEqual(sent.map((datagram) => [...datagram]));
  });
  fc.assert(property, { numRuns: 30 });
});
