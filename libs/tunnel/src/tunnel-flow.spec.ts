import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliver, type FlowEnd, flowPair, settlePair } from './flow-pair.builders.ts';
import { decodeFrame } from './frame.ts';
import { pingIdleMs, silenceMaxMs } from './limits.ts';

const windowBytes = 4_096;

/** What two ends and the link between them may do, in any order. */
const happenings = fc.array(
  fc.record({
    end: fc.constantFrom<0 | 1>(0, 1),
    what: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 * windowBytes }) },
      { weight: 6, arbitrary: fc.constant('deliver' as const) },
      { weight: 4, arbitrary: fc.constant('read' as const) },
      { weight: 1, arbitrary: fc.constant('end' as const) },
    ),
  }),
  { maxLength: 200 },
);

let filling = 0;
const bytesOf = (length: number) => Buffer.from(Array.from({ length }, () => (filling = (filling + 1) % 251)));

function happen(ends: readonly [FlowEnd, FlowEnd], { end, what }: { end: 0 | 1; what: number | 'deliver' | 'read' | 'end' }) {
  const own = ends[end];
  if (typeof what === 'number') own.write(bytesOf(what));
  else if (what === 'deliver') deliver(own, ends[end === 0 ? 1 : 0]);
  else if (what === 'read') own.read();
  else own.end();
}

describe('the flow of a tunnel', () => {
  it('brings the bytes of both directions in order and once, whatever the chunks, the reading and the credit do', () => {
    fc.assert(
      fc.property(happenings, (all) => {
        const ends = flowPair(windowBytes);
        for (const one of all) happen(ends, one);
        settlePair(ends);
        for (const end of ends) end.end();
        settlePair(ends);
        const [left, right] = ends;
        expect(right.got.equals(left.written)).toBe(true);
        expect(left.got.equals(right.written)).toBe(true);
        expect([left.broke, right.broke, left.gotEnd, right.gotEnd]).toEqual([undefined, undefined, true, true]);
      }),
    );
  });

  it('never has more than the window under way or unread', () => {
    fc.assert(
      fc.property(happenings, (all) => {
        const ends = flowPair(windowBytes);
        for (const one of all) {
          happen(ends, one);
          for (const [own, other] of [ends, [ends[1], ends[0]]] as const) {
            const underWay = own.outbox.reduce((sum, message) => sum + (message[0] === 0 ? message.length : 0), 0);
            expect(underWay + other.state.unreadBytes).toBeLessThanOrEqual(windowBytes);
          }
        }
      }),
    );
  });

  it('breaks at both ends when any message is lost and another follows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 22, max: 40 }), (lost, writes) => {
        const [left, right] = flowPair(1024 * 1024);
        for (let index = 0; index < writes; index++) left.write(bytesOf(10));
        left.outbox.splice(lost, 1);
        while (left.outbox.length > 0) deliver(left, right);
        deliver(right, left);
        expect([right.broke, left.broke]).toEqual(['NATS lost a message of it', 'NATS lost a message of it']);
        while (right.hasUnread) right.read();
        expect(left.written.subarray(0, right.got.length).equals(right.got)).toBe(true);
      }),
    );
  });

  it('breaks when the other side sends more than it may', () => {
    const [left, right] = flowPair(windowBytes);
    left.state = { ...left.state, creditBytes: 10 * windowBytes };
    left.write(bytesOf(2 * windowBytes));
    deliver(left, right);
    expect(right.broke).toBe('the other side sent more than it may');
  });

  it('leaves the other direction open after an end', () => {
    const [left, right] = flowPair(windowBytes);
    left.end();
    settlePair([left, right]);
    right.write(bytesOf(3 * windowBytes));
    settlePair([left, right]);
    expect(left.got.equals(right.written)).toBe(true);
  });

  it('pings when it has nothing to say, so that silence means a broken link', () => {
    const [left, right] = flowPair(windowBytes);
    left.step({ type: 'look', atMs: pingIdleMs });
    expect(left.outbox.map((message) => decodeFrame(message)?.type)).toEqual(['ping']);
    right.receive(left.outbox.shift()!, pingIdleMs);
    right.step({ type: 'look', atMs: silenceMaxMs });
    expect(right.broke).toBeUndefined();
    right.step({ type: 'look', atMs: pingIdleMs + silenceMaxMs });
    expect(right.broke).toBe('nothing was heard of it for 25 s');
  });

  it('notices with the next ping that the last message before it was lost', () => {
    const [left, right] = flowPair(windowBytes);
    left.write(bytesOf(10));
    left.outbox.shift();
    left.step({ type: 'look', atMs: pingIdleMs });
    deliver(left, right);
    expect(right.broke).toBe('NATS lost a message of it');
  });

  it('waits for a slow reader for ever once both sides have ended', () => {
    const [left, right] = flowPair(windowBytes);
    right.end();
    left.write(bytesOf(10));
    left.end();
    while (left.outbox.length > 0) deliver(left, right);
    right.step({ type: 'look', atMs: 10 * silenceMaxMs });
    right.read();
    expect([right.broke, right.got.length, right.gotEnd]).toEqual([undefined, 10, true]);
  });

  it('keeps what came whole when the other side goes after its end', () => {
    const [left, right] = flowPair(windowBytes);
    left.write(bytesOf(10));
    left.end();
    left.step({ type: 'abort', reason: 'closed' });
    while (left.outbox.length > 0) deliver(left, right);
    right.read();
    expect([right.broke, right.got.length, right.gotEnd]).toEqual([undefined, 10, true]);
  });

  it('sends nothing before it is open', () => {
    const [left] = flowPair(windowBytes);
    left.state = { ...left.state, phase: 'opening', creditBytes: 0 };
    left.write(bytesOf(10));
    expect([left.outbox, left.isWriting]).toEqual([[], true]);
    left.step({ type: 'opened', creditBytes: windowBytes, atMs: 0 });
    expect([left.outbox.length, left.isWriting]).toEqual([1, false]);
  });
});
