import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './parse-json.ts';

function saidOf(text: string): string {
  try {
    parseJson(text);
    return '';
  } catch (error) {
    return String((error as SyntaxError).stack);
  }
}

describe('JSON of others', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['', 'unexpected end of JSON input at line 1, column 1'],
    [' ', 'unexpected end of JSON input at line 1, column 2'],
    ['{a}', 'unexpected character at line 1, column 2'],
    ['{"a":1', 'unexpected end of JSON input at line 1, column 7'],
    ['{"a":1]', 'unexpected character at line 1, column 7'],
    ['{"a" 1}', 'unexpected character at line 1, column 6'],
    ['{"a":1,}', 'unexpected character at line 1, column 8'],
    ['[1,\n  2,\n  ]', 'unexpected character at line 3, column 3'],
    ['[{}, [], {"a": [1, {"b": tru}]}]', 'unexpected character at line 1, column 26'],
    ['[01]', 'unexpected character at line 1, column 3'],
    ['[] []', 'unexpected character at line 1, column 4'],
    ['"a\nb"', 'unexpected character at line 1, column 3'],
    ['"\\x"', 'unexpected character at line 1, column 2'],
    ['"open', 'unexpected end of JSON input at line 1, column 6'],
    ['\uFEFF{}', 'unexpected character at line 1, column 1'],
    ['['.repeat(100_000), 'unexpected end of JSON input at line 1, column 100001'],
  ])('that is broken is refused with its place: %j', (text, reason) => {
    expect(() => parseJson(text)).toThrow(new SyntaxError(reason));
  });

  it('is never quoted, wherever a letter of it is changed', () => {
    const whole = JSON.stringify({ a: ['hunter2', 1.5, null, { hunter2: true }] });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 1 }), (at, letter) => {
        const text = whole.slice(0, at) + letter + whole.slice(at + 1);
        expect(saidOf(text)).not.toContain('hunter');
      }),
    );
  });
});
