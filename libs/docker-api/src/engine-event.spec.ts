import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventMemory, eventMark } from './engine-event.ts';

const line = (timeNano: string, action = 'start', id = 'c1') =>
  Buffer.from(`{"Type":"container","Action":"${action}","Actor":{"ID":"${id}","Attributes":{}},"timeNano":${timeNano}}`);

describe('the mark of an event', () => {
  it('tells events apart that differ by a nanosecond, which a JSON number cannot hold', () => {
    const [first, second] = [eventMark(line('1700000000000000001')), eventMark(line('1700000000000000002'))];
    expect(first?.timeNs).toBe(1_700_000_000_000_000_001n);
    expect(first?.key).not.toBe(second?.key);
  });

  it('differs by action and actor, and is the same for the same event', () => {
    const marks = [line('5'), line('5', 'die'), line('5', 'start', 'c2'), line('5')].map((bytes) => eventMark(bytes)?.key);
    expect(new Set(marks).size).toBe(3);
    expect(marks[0]).toBe(marks[3]);
  });

  it('is missing where the daemon says no time, and refuses what is no object', () => {
    expect(eventMark(Buffer.from('{"status":"start"}'))).toBeUndefined();
    expect(eventMark(Buffer.from('{"timeNano":"soon","Actor":null}'))).toBeUndefined();
    expect(eventMark(Buffer.from('{"timeNano":7,"Actor":null}'))?.timeNs).toBe(7n);
    expect(() => eventMark(Buffer.from('rubbish'))).toThrow(SyntaxError);
  });
});

it('remembers as many events as it was told, the newest ones', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), (keys) => {
      const memory = new EventMemory(5);
      const last: number[] = [];
      for (const key of keys) {
        expect(memory.isNew(key)).toBe(!last.includes(key));
        if (!last.includes(key)) last.push(key);
        if (last.length > 5) last.shift();
      }
    }),
  );
});
