import { beforeEach, describe, expect, it } from 'vitest';
import { EventCursor } from './event-cursor.ts';

const second = 1_000_000_000n;
const at = (seconds: number) => BigInt(Math.round(seconds * 1_000)) * 1_000_000n;
const line = (seconds: number, action = 'start') =>
  Buffer.from(`{"Type":"container","Action":"${action}","Actor":{"ID":"c1"},"timeNano":${at(seconds)}}`);

let gaps: number;
beforeEach(() => {
  gaps = 0;
});
const cursor = (passedOnNs?: bigint) => new EventCursor(passedOnNs, () => (gaps += 1));

/** Times of those that are let through, in seconds, late ones with how many ms. */
function through(of: EventCursor, lines: readonly Buffer[], nowMs = 0): string[] {
  return lines.flatMap((bytes) => {
    const arrival = of.arrive(bytes, nowMs);
    if (arrival === undefined) return [];
    of.passedOn(arrival);
    const seconds = Number((arrival.timeNs ?? 0n) / 1_000_000n) / 1_000;
    return [arrival.happenedMs === undefined ? `${seconds}` : `${seconds} at ${arrival.happenedMs} ms`];
  });
}

describe('where events are read on from', () => {
  it('asks a daemon nothing of the past at first, and takes its clock for the place', () => {
    const first = cursor();
    expect(first.sinceNs).toBeUndefined();
    first.opened(at(100), 0);
    expect([first.passedOnNs, first.sinceNs]).toEqual([at(100), at(99)]);
  });

  it('begins a second before the last event passed on, and lets known ones through no more', () => {
    const again = cursor();
    again.opened(at(100), 0);
    expect(through(again, [line(100.5), line(101.5)])).toEqual(['100.5', '101.5']);
    expect(again.sinceNs).toBe(at(101.5) - second);
    again.opened(at(105), 5_000);
    expect(through(again, [line(100.5), line(101.5), line(103), line(105.2)], 5_000)).toEqual(['103 at 3000 ms', '105.2']);
    expect(gaps).toBe(0);
  });

  it('does not count events that wait as passed on', () => {
    const waiting = cursor();
    waiting.opened(at(100), 0);
    waiting.arrive(line(101), 0);
    expect(waiting.passedOnNs).toBe(at(100));
  });

  it('goes on where an earlier owner was', () => {
    const next = cursor(at(50));
    expect(next.sinceNs).toBe(at(49));
    next.opened(at(60), 0);
    expect(through(next, [line(50), line(55)])).toEqual(['50 at -10000 ms', '55 at -5000 ms']);
    expect(gaps).toBe(0);
  });

  it('takes old times for a clock that was set back once the past has been told', () => {
    const setBack = cursor();
    setBack.opened(at(100), 0);
    expect(through(setBack, [line(40)], 10_000)).toEqual(['40']);
    setBack.opened(at(41), 20_000);
    expect(setBack.sinceNs).toBe(at(39));
  });

  it('follows a clock that was set back between two streams', () => {
    const setBack = cursor(at(100));
    setBack.opened(at(40), 0);
    expect(setBack.passedOnNs).toBe(at(40));
  });

  it('passes on what has no time, or is no JSON, as it came', () => {
    const odd = cursor();
    odd.opened(undefined, 0);
    const [first, second_] = [odd.arrive(Buffer.from('{"status":"start"}'), 0), odd.arrive(Buffer.from('{"status"}'), 0)];
    expect([first?.timeNs, second_?.timeNs, odd.sinceNs]).toEqual([undefined, undefined, undefined]);
  });
});

describe('a gap', () => {
  it('is told once when a daemon does not repeat the last event: it was started anew, or forgot', () => {
    const restarted = cursor();
    restarted.opened(at(100), 0);
    through(restarted, [line(101)]);
    restarted.opened(at(110), 0);
    through(restarted, [line(108), line(109), line(111)]);
    expect(gaps).toBe(1);
  });

  it('is told when the memory of a daemon is full and does not reach back to the earlier owner', () => {
    const behind = cursor(at(50));
    behind.opened(at(1_000), 0);
    through(
      behind,
      Array.from({ length: 256 }, (_, index) => line(100 + index)),
    );
    expect(gaps).toBe(1);
  });

  it('is not suspected when nothing happened', () => {
    const quiet = cursor(at(50));
    quiet.opened(at(1_000), 0);
    through(quiet, [line(1_001)]);
    expect(gaps).toBe(0);
  });
});
