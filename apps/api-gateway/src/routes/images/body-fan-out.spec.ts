import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { BodyFanOut, type Branch, stalledMs } from './body-fan-out.ts';

const megabyte = 1024 * 1024;
const chunk = Buffer.alloc(megabyte);
const upload = (megabytes: number) => Readable.from(Array.from({ length: megabytes }, () => chunk));
const turns = async () => {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
};

describe('one body for several engines', () => {
  it('reaches each of them whole, also when another one ends midway', async () => {
    const { branches } = fanOut(upload(20), 3);
    const [first, second, lost] = [engine(), engine(), engine('slow')];
    attach(branches, [first, second, lost]);
    await turns();
    lost.take();
    await turns();
    lost.destroy();
    await Promise.all([once(first, 'finish'), once(second, 'finish')]);
    expect([first.taken, second.taken]).toEqual([20 * megabyte, 20 * megabyte]);
  });

  it('waits for the slowest and for one that is not connected yet, with one read kept for all', async () => {
    let given = 0;
    const source = Readable.from(
      (function* () {
        for (; given < 64; given++) yield chunk;
      })(),
      { highWaterMark: 1 },
    );
    const { branches } = fanOut(source, 3);
    const [fast, slow, late] = [engine(), engine('slow'), engine()];
    attach(branches, [fast, slow]);
    await turns();
    expect([fast.taken, given]).toEqual([megabyte, expect.toSatisfy((count: number) => count <= 4)]);
    branches[2]?.attach(late);
    while (slow.taken < 64 * megabyte) {
      slow.take();
      await turns();
    }
    await Promise.all([fast, slow, late].map((one) => one.writableFinished || once(one, 'finish')));
    expect([fast.taken, late.taken]).toEqual([64 * megabyte, 64 * megabyte]);
  });

  it('goes on without the one that takes nothing, and says why', async () => {
    const { branches, clock } = fanOut(upload(64), 2);
    const [taking, stalled] = [engine(), engine('slow')];
    attach(branches, [taking, stalled]);
    const failed = once(stalled, 'error');
    await turns();
    clock.advance(stalledMs);
    await once(taking, 'finish');
    expect(taking.taken).toBe(64 * megabyte);
    expect(String(await failed)).toContain('took nothing of the upload for 30 s');
  });

  it('waits for one that is slow, as long as it takes something, and for the last one whatever it takes', async () => {
    const { branches, clock } = fanOut(upload(3), 2);
    const [taking, slow] = [engine(), engine('slow')];
    attach(branches, [taking, slow]);
    for (let read = 0; read < 2; read++) {
      await turns();
      clock.advance(stalledMs - 1);
      slow.take();
    }
    await turns();
    branches[0]?.leave();
    clock.advance(10 * stalledMs);
    slow.take();
    await once(slow, 'finish');
    expect([slow.taken, slow.errored]).toEqual([3 * megabyte, null]);
  });

  it('takes the rest of the body when nobody wants it any more', async () => {
    const source = upload(64);
    const { branches } = fanOut(source, 2);
    for (const branch of branches) branch.leave();
    await once(source, 'end');
    expect(source.readableLength).toBe(0);
  });

  it('keeps the end of a parsed body to itself', async () => {
    const source = upload(2);
    const { branches } = fanOut(source, 1, false);
    const one = engine();
    attach(branches, [one]);
    await once(source, 'close');
    await turns();
    expect([one.taken, one.writableEnded]).toEqual([2 * megabyte, false]);
  });

  it('is cut for all when the client stops midway, for one that connects later too', async () => {
    const source = new Readable({ read: () => undefined });
    const { branches } = fanOut(source, 2);
    const [connected, late] = [engine(), engine()];
    attach(branches, [connected]);
    const failures = Promise.all([once(connected, 'error'), once(late, 'error')]);
    source.on('error', () => undefined).destroy(new Error('aborted'));
    await turns();
    branches[1]?.attach(late);
    expect((await failures).map(String)).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining('the body ended before it was complete')),
    );
  });
});

function fanOut(source: Readable, count: number, passesEnd = true): { branches: readonly Branch[]; clock: ManualClock } {
  const clock = new ManualClock();
  return { branches: new BodyFanOut(source, count, clock, { passesEnd }).branches, clock };
}

function attach(branches: readonly Branch[], engines: readonly Writable[]): void {
  for (const [index, one] of engines.entries()) branches[index]?.attach(one);
}

/** A connection that takes what it is given at once, or when told to. */
class Engine extends Writable {
  taken = 0;
  readonly #isSlow: boolean;
  #waiting: (() => void) | undefined;

  constructor(isSlow: boolean) {
    super();
    this.#isSlow = isSlow;
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    const take = () => {
      this.taken += bytes.length;
      callback();
    };
    if (this.#isSlow) this.#waiting = take;
    else take();
  }

  take(): void {
    const take = this.#waiting;
    this.#waiting = undefined;
    take?.();
  }
}

function engine(pace: 'fast' | 'slow' = 'fast'): Engine {
  return new Engine(pace === 'slow');
}
