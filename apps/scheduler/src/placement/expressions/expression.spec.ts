import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BaleenError } from '#contracts';
import { type Expression, expressionsMax, prepareExpression, printExpression, satisfies } from './expression.ts';
import { prepareExpressions } from './prepared.ts';

const parseExpression = (text: string) => prepareExpression(text).expression;

const holds = (text: string, texts: readonly string[]) => {
  const { expression, matches } = prepareExpression(text);
  return satisfies(expression, matches, texts);
};

describe('an expression', () => {
  it.each([
    ['node==a', { key: 'node', operator: '==', isSoft: false, pattern: 'a' }],
    ['node!=~a', { key: 'node', operator: '!=', isSoft: true, pattern: 'a' }],
    ['node==~~a', { key: 'node', operator: '==', isSoft: true, pattern: 'a' }],
    ['_node==/a.*/', { key: '_node', operator: '==', isSoft: false, pattern: '/a.*/' }],
    [
      'no.de==Debian GNU/Linux 12 (bookworm)',
      { key: 'no.de', operator: '==', isSoft: false, pattern: 'Debian GNU/Linux 12 (bookworm)' },
    ],
    ['image==redis@sha256:12', { key: 'image', operator: '==', isSoft: false, pattern: 'redis@sha256:12' }],
  ])('%s is read', (text, expression) => expect(parseExpression(text)).toEqual(expression));

  it.each([
    ['node', 'One of operator ==, != is expected'],
    ['node=a', 'One of operator ==, != is expected'],
    ['node=!a', 'One of operator ==, != is expected'],
    ['n==a', "Key 'n' is invalid"],
    ['1node==a', "Key '1node' is invalid"],
    ['no$de==a', "Key 'no$de' is invalid"],
    ['==a', "Key '' is invalid"],
    ['no!=de==a', "Key 'no!=de' is invalid"],
    ['node==', "Value '' is invalid"],
    ['node==~', "Value '~' is invalid"],
    ['node==ima~ge', "Value 'ima~ge' is invalid"],
    ['node==a"b', 'is invalid'],
    ['node==/', "Value '/' is invalid"],
    ['node==~/', "Value '/' is invalid"],
    ['node==/[/', 'is no regular expression'],
    ['node!=/(/', 'is no regular expression'],
    ['node==/a**/', 'is no regular expression'],
  ])('%s is refused with a reason', (text, reason) =>
    expect(() => parseExpression(text)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining(reason) }),
    ),
  );

  it.each([
    ['node==a*', ['abc'], true],
    ['node==a*', ['cab'], false],
    ['node==a.c', ['abc'], false],
    ['node==a|b', ['a'], false],
    ['node==a+', ['aa'], false],
    ['node==*', [''], true],
    ['node==a*c', ['a\nc'], true],
    ['node==/b/', ['abc'], true],
    ['node==/^b/', ['abc'], false],
    ['node==/B/', ['abc'], false],
    ['node==/(?i)B/', ['abc'], true],
    ['node==a', [], false],
    ['node!=a', [], true],
    ['node!=a', ['b', 'a'], false],
    ['node==a', ['b', 'a'], true],
  ])('%s against %j: %s', (text, texts, expected) => expect(holds(text, texts)).toBe(expected));

  const key = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{1,8}$/);
  const pattern = fc.stringMatching(/^[a-z0-9:._*@,-][a-z0-9:._*@, /-]{0,12}$/);
  const operator = fc.constantFrom('==' as const, '!=' as const);

  it('that was printed parses to itself', () =>
    fc.assert(
      fc.property(fc.record({ key, operator, isSoft: fc.boolean(), pattern }), (expression) => {
        expect(parseExpression(printExpression(expression))).toEqual(expression);
      }),
    ));

  it('is refused with the catalogued code or parses to what its print parses to, whatever was written', () =>
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('==', '!='), fc.string(), (before, between, after) => {
        const parse = (text: string) => {
          try {
            return parseExpression(text);
          } catch (error) {
            return error instanceof BaleenError ? error.code : error;
          }
        };
        const parsed = parse(before + between + after);
        const again = typeof parsed === 'object' ? parse(printExpression(parsed as Expression)) : 'placement/invalid-expression';
        expect(parsed).toEqual(again);
      }),
    ));

  it('as a glob without stars matches its own text only', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z.|()?+[\]^$\\][a-z.|()?+[\]^$\\]{0,8}$/), fc.string(), (text, other) => {
        expect(holds(`node==${text}`, [text])).toBe(true);
        expect(holds(`node==${text}`, [other])).toBe(other === text);
      }),
    ));

  it('with != is the negation of ==', () =>
    fc.assert(
      fc.property(pattern, fc.array(fc.string()), (text, texts) => {
        expect(holds(`node!=${text}`, texts)).toBe(!holds(`node==${text}`, texts));
      }),
    ));
});

describe('no expression can hang the scheduler:', () => {
  const cost = (run: () => void) => {
    const before = performance.now();
    run();
    return performance.now() - before;
  };

  it.each([
    ['an expression of 4,097 characters', `node==${'a'.repeat(4_091)}`, 'at most 4096'],
    ['a long regular expression', `node==/${'a'.repeat(511)}/`, 'at most 512 characters'],
    ['a counted repetition', 'node==/a{1000}/', 'is invalid'],
  ])('%s is refused', (_what, text, refusal) => expect(() => parseExpression(text)).toThrow(refusal));

  it('a catastrophe of backtracking is over at once', () =>
    expect(holds(`node==/${'(x+x+)+'.repeat(70)}y/`, ['x'.repeat(10_000)])).toBe(false));

  it('the time for a text grows with its length, not with its square', () => {
    const { matches } = prepareExpression(`node==/${'(x+x+)+'.repeat(10)}y/`);
    const short = 'x'.repeat(20_000);
    const long = 'x'.repeat(200_000);
    matches(short);
    const shortMs = Math.min(...[1, 2, 3].map(() => cost(() => matches(short))));
    // Ten times the length; a square would be a hundred times. The sum keeps a timer's grain from mattering.
    expect(cost(() => matches(long))).toBeLessThan(40 * (shortMs + 5));
  });

  it('a request has a bounded number of them', () =>
    expect(() =>
      prepareExpressions(
        Array.from({ length: expressionsMax + 1 }, () => 'node==a'),
        'soft',
      ),
    ).toThrow('at most 64'));

  it('a long one is not repeated in its refusal', () => {
    const refusal = expect.objectContaining({ message: expect.stringMatching(/^.{0,500}$/s) });
    expect(() => parseExpression(`node==${'"'.repeat(4_000)}`)).toThrow(refusal);
  });
});
