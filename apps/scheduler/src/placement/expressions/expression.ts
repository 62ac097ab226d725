import { RE2JS, RE2JSSyntaxException } from 're2js';
import { BaleenError } from '#contracts';

/** A constraint or affinity of the user: `<key>==<value>` or `!=` (spec 5.6). */
export type Expression = {
  readonly key: string;
  readonly operator: '==' | '!=';
  /** `~`: wanted, not demanded. */
  readonly isSoft: boolean;
  /** Glob or `/regex/`, without tildes. */
  readonly pattern: string;
};

const keyShape = /^[a-z_][a-z0-9\-_.]+$/i;
/** Classic's characters, and `@` and `,`: digests could not be named without them. */
const valueShape = /^[=!/]?~*[a-z0-9:\-_\s.*/()?+[\]\\^$|@,]+$/i;

/** Throws placement/invalid-expression naming the expression, the reason and the remedy. */
export function parseExpression(text: string): Expression {
  const split = operatorAt(text);
  if (split === undefined) throw invalid(text, 'One of operator ==, != is expected');
  const key = text.slice(0, split.at);
  const value = text.slice(split.at + 2);
  if (!keyShape.test(key))
    throw invalid(text, `Key '${key}' is invalid: at least two of letters, digits, - _ . and no digit first`);
  const isSoft = value.startsWith('~');
  const pattern = value.replace(/^~+/, '');
  if (pattern === '' || !valueShape.test(value)) throw invalid(text, `Value '${value}' is invalid`);
  if (pattern === '/') throw invalid(text, "Value '/' is invalid: a regular expression is written /…/");
  const expression: Expression = { key, operator: split.operator, isSoft, pattern };
  compile(expression, text);
  return expression;
}

/** The text that parses to it. */
export function printExpression({ key, operator, isSoft, pattern }: Expression): string {
  return `${key}${operator}${isSoft ? '~' : ''}${pattern}`;
}

/** Tests one text; linear in its length whatever the expression (RE2), so none can hang the scheduler. */
export function matcherOf(expression: Expression): (text: string) => boolean {
  const regex = compile(expression, printExpression(expression));
  return (text) => regex.matcher(text).find();
}

/** Is the expression satisfied by an engine that offers these strings? `!=` is the negation of "any matches". */
export function satisfies(expression: Expression, matches: (text: string) => boolean, texts: Iterable<string>): boolean {
  for (const text of texts) if (matches(text)) return expression.operator === '==';
  return expression.operator === '!=';
}

/** `==` is searched first anywhere, as in classic. */
function operatorAt(text: string): { at: number; operator: '==' | '!=' } | undefined {
  for (const operator of ['==', '!='] as const) {
    const at = text.indexOf(operator);
    if (at >= 0) return { at, operator };
  }
  return undefined;
}

function compile({ pattern }: Expression, whole: string): RE2JS {
  const isRegex = pattern.length > 1 && pattern.startsWith('/') && pattern.endsWith('/');
  const source = isRegex
    ? pattern.slice(1, -1)
    : `^(?s:${pattern
        .split('*')
        .map((part) => RE2JS.quote(part))
        .join('.*')})$`;
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) throw invalid(whole, `'${source}' is no regular expression: ${error.message}`);
    throw error;
  }
}

function invalid(text: string, reason: string): BaleenError {
  return new BaleenError('placement/invalid-expression', `invalid expression ${JSON.stringify(text)}: ${reason}`, {
    details: { expression: text },
  });
}
