import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from '#testing';
import { elements, member, members, replaceMembers } from './json-members.ts';

const parse = (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8'));
const spaced = fc.constantFrom(undefined, 1, '\t');
const objects = fc.dictionary(fc.string({ unit: anyCharacter }), fc.jsonValue(), { noNullPrototype: true });

describe('members of JSON bytes', () => {
  it('cuts any array into what JSON.parse finds in it', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), spaced, (list, space) => {
        const text = JSON.stringify(list, null, space);
        expect([...elements(Buffer.from(text))].map(parse)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('finds every key and value of any object', () => {
    fc.assert(
      fc.property(objects, spaced, (object, space) => {
        const bytes = Buffer.from(JSON.stringify(object, null, space));
        const found = [...members(bytes)].map(({ key, start, end }) => [key, parse(bytes.subarray(start, end))]);
        expect(found).toEqual(Object.entries(parse(bytes) as object));
      }),
    );
  });

  it('knows a key without making it, however it is written', () => {
    const named = (json: string, key: string) => [...members(Buffer.from(json))].map((one) => one.isNamed(key));
    expect(named('{"Status":1,"State":2,"Statuses":3,"\\u0053tatus":4,"":5}', 'Status')).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
    const odd = fc.string({ unit: fc.constantFrom('\\', 'n', '\n', '\u00c3', '\u0083', '\u{1f600}', '"'), maxLength: 3 });
    fc.assert(
      fc.property(fc.dictionary(odd, fc.nat(), { noNullPrototype: true }), odd, (object, other) => {
        const keys = [...Object.keys(object), other];
        for (const one of members(Buffer.from(JSON.stringify(object))))
          expect(keys.filter((key) => one.isNamed(key))).toEqual(keys.filter((key) => one.key === key));
      }),
    );
  });

  it('finds the ends of strings of any length, whatever is escaped in them', () => {
    const texts = fc.string({ unit: fc.constantFrom('\\', '"', 'a', '\u00e9', '\n'), maxLength: 200, size: 'max' });
    fc.assert(
      fc.property(fc.array(texts), (list) => {
        expect([...elements(Buffer.from(JSON.stringify(list)))].map(parse)).toEqual(list);
      }),
    );
  });

  it('replaces, adds and removes as a parser would see it', () => {
    fc.assert(
      fc.property(objects, fc.jsonValue(), (object, value) => {
        const bytes = Buffer.from(JSON.stringify({ ...object, Gone: 1, Kept: 2 }));
        const expected = { ...(parse(bytes) as Record<string, unknown>), Kept: JSON.parse(JSON.stringify(value)), New: 3 };
        delete (expected as Record<string, unknown>)['Gone'];
        const text = JSON.stringify(value);
        expect(parse(replaceMembers(bytes, { Gone: undefined, Kept: text, New: '3' }))).toEqual(expected);
      }),
    );
  });

  it('keeps the bytes of other members exactly, odd numbers and escapes too', () => {
    const bytes = Buffer.from('{"A": 1.0e+2 ,"Id":12345678901234567890,"S":"\\u00e9\\\\\\"}"}');
    expect(replaceMembers(bytes, { New: 'true' }).toString()).toBe(
      '{"A": 1.0e+2,"Id":12345678901234567890,"S":"\\u00e9\\\\\\"}","New":true}',
    );
  });

  it('takes the last of duplicate members', () => {
    expect(member(Buffer.from('{"a":1,"a":2}'), 'a')?.toString()).toBe('2');
  });

  it.each(['', '{', '{"a"', '{"a":}', '{"a":1', '{"a":[1}', '{a:1}', '{"a":"x}', '[1]'])('throws on %j as an object', (text) => {
    expect(() => [...members(Buffer.from(text))]).toThrow(SyntaxError);
  });
});
