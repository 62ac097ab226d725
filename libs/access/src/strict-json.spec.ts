import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStrictJson } from './strict-json.ts';

const read = (text: string) => readStrictJson(Buffer.from(text));

describe('strict JSON', () => {
  it('is what every parser makes of a plain text', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        fc.pre(!text.includes('__proto__') && JSON.parse(text) !== undefined && JSON.stringify(JSON.parse(text)).isWellFormed());
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is read from generated texts with a key twice, wherever it stands, by nobody', () => {
    const key = fc.string({ minLength: 1, maxLength: 3 });
    const spellings = (name: string) => [JSON.stringify(name), `"${[...name].map(escaped).join('')}"`];
    fc.assert(
      fc.property(key, fc.json({ maxDepth: 2 }), fc.json({ maxDepth: 2 }), fc.nat(3), (name, left, right, depth) => {
        const [plain, spelled] = spellings(name);
        const inner = `{${plain}:${left},"x":[ {} ],${spelled} :${right}}`;
        expect(() => read('{"a":['.repeat(depth) + inner + ']}'.repeat(depth))).toThrow(/JSON/);
      }),
    );
  });

  it.each([
    ['{"a":1,"a":2}', 'stands twice'],
    ['{"a":{"b":1},"c":[{"b":1,"\\u0062":2}]}', 'stands twice'],
    ['{"\\"":1,"\\u0022":2}', 'stands twice'],
    ['{"__proto__":{}}', '__proto__'],
    ['{"a":"\\udead"}', 'surrogate'],
    [`${'['.repeat(65)}${']'.repeat(65)}`, 'deeper'],
    ['{"a":1}{"a":2}', 'unexpected'],
    ['\ufeff{}', 'unexpected'],
    ["{'a':1}", 'unexpected'],
    ['{"a":1,}', 'unexpected'],
    ['NaN', 'unexpected'],
  ])('refuses %s', (text, reason) => {
    expect(() => read(text)).toThrow(reason);
  });

  it('refuses what is no UTF-8, and tells nothing of the text', () => {
    expect(() => readStrictJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow('UTF-8');
    expect(() => read('{"password":"s3cret" x}')).toThrow(/^(?!.*s3cret)/);
  });

  it('takes the same key in different objects, and texts that look like keys', () => {
    expect(read('{"a":{"a":"a"},"b":["a","a",":"]}')).toEqual({ a: { a: 'a' }, b: ['a', 'a', ':'] });
    expect(read('')).toBeUndefined();
  });
});

function escaped(letter: string): string {
  return [...Array(letter.length).keys()].map((at) => `\\u${letter.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
}
