import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { BodyFanOut, branchBytes, stalledMs } from './body-fan-out.ts';

const megabyte = 1024 * 1024;
const chunk = Buffer.alloc(megabyte);
const upload = (megabytes: number) => Readable.from(Array.from({ length: megabytes }, () => chunk));
const lengthOf = async (branch: Readable) => {
  let length = 0;
  for await (const chunk of branch as AsyncIterable<Buffer>) length += chunk.length;
  return length;
};
const turns = async () => {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
};

describe('one body for several engines', () => {
  it('reaches each of them whole, also when another one ends midway', async () => {
    const fanOut = new BodyFanOut(upload(20), 3, new ManualClock());
    const [first, second, lost] = fanOut.branches as [Readable, Readable, Readable];
    lost.once('data', () => lost.destroy());
    const [firstLength, secondLength] = await Promise.all([lengthOf(first), lengthOf(second), fanOut.run()]);
    expect([firstLength, secondLength]).toEqual([20 * megabyte, 20 * megabyte]);
  });

  it('waits for the slowest, with no more kept for it than its bound', async () => {
    let given = 0;
    const source = Readable.from(
      (function* () {
        for (; given < 64; given++) yield chunk;
      })(),
    );
    const fanOut = new BodyFanOut(source, 2, new ManualClock());
    const [fast, slow] = fanOut.branches as [Readable, Readable];
    const ran = fanOut.run();
    const fastLength = lengthOf(fast);
    await turns();
    expect(given * megabyte).toBeLessThan(branchBytes(2) + 20 * megabyte);
    expect(await lengthOf(slow)).toBe(64 * megabyte);
    expect(await fastLength).toBe(64 * megabyte);
    await ran;
  });

  it('goes on without the one that takes nothing, and says why', async () => {
    const clock = new ManualClock();
    const fanOut = new BodyFanOut(upload(64), 2, clock);
    const [taking, stalled] = fanOut.branches as [Readable, Readable];
    const ran = fanOut.run();
    const length = lengthOf(taking);
    await turns();
    clock.advance(stalledMs);
    expect(await length).toBe(64 * megabyte);
    expect(stalled.errored?.message).toContain('took nothing of the upload for 30 s');
    await ran;
  });

  it('waits for one that is slow, as long as it takes something', async () => {
    const clock = new ManualClock();
    const fanOut = new BodyFanOut(upload(20), 2, clock);
    const [taking, slow] = fanOut.branches as [Readable, Readable];
    const ran = fanOut.run();
    const length = lengthOf(taking);
    let taken = 0;
    while (taken < 20 * megabyte) {
      await turns();
      taken += ((slow.read() as Buffer | null) ?? '').length;
      clock.advance(stalledMs - 1);
    }
    slow.resume();
    expect([await length, slow.errored]).toEqual([20 * megabyte, null]);
    await ran;
  });

  it('keeps no more in memory for a thousand engines than for 32', () => {
    expect([1, 32, 1_000].map((count) => Math.ceil((branchBytes(count) * count) / megabyte))).toEqual([8, 256, 256]);
  });

  it('is cut for all when the client stops midway', async () => {
    const source = new Readable({ read: () => undefined });
    const fanOut = new BodyFanOut(source, 2, new ManualClock());
    const ran = fanOut.run();
    source.destroy(new Error('aborted'));
    await ran;
    expect(fanOut.branches.map((branch) => branch.errored?.message)).toEqual(
      Array.from({ length: 2 }, () => 'the body ended before it was complete'),
    );
  });
});
