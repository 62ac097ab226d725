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

export type PreparedExpression = { readonly expression: Expression; readonly matches: (text: string) => boolean };

/** A whitelist of some hundred nodes; as classic's values, they travel in one environment variable. */
const lengthMax = 4_096;

/** Every character of every name may cost as many steps; a UUID's pattern needs 80. Counted repetitions (`{1000}`) cannot be written. */
const regexLengthMax = 512;

/** Expressions of one kind in a request: every one is asked about every container of every engine. */
export const expressionsMax = 64;

const keyShape = /^[a-z_][a-z0-9\-_.]+$/i;
/** Classic's characters, and `@` and `,`: digests could not be named without them. */
const valueShape = /^[=!/]?~*[a-z0-9:\-_\s.*/()?+[\]\\^$|@,]+$/i;

/**
 * Ready to be asked: linear in the text's length whatever the expression (RE2), so none can hang the scheduler.
 * Throws placement/invalid-expression naming the expression, the reason and the remedy.
 */
export function prepareExpression(text: string): PreparedExpression {
  const expression = read(text);
  const regex = compile(expression, text);
  // Most are plain names: a comparison instead of an automaton.
  const isPlain = !expression.pattern.includes('*') && !isRegex(expression);
  return { expression, matches: isPlain ? (given) => given === expression.pattern : (given) => regex.test(given) };
}

function read(text: string): Expression {
  if (text.length > lengthMax) throw invalid(text, `it has ${text.length} characters, at most ${lengthMax} are read`);
  const split = operatorAt(text);
  if (split === undefined) throw invalid(text, 'One of operator ==, != is expected');
  const key = text.slice(0, split.at);
  const value = text.slice(split.at + 2);
  if (!keyShape.test(key))
    throw invalid(text, `Key '${shown(key)}' is invalid: at least two of letters, digits, - _ . and no digit first`);
  const isSoft = value.startsWith('~');
  const pattern = value.replace(/^~+/, '');
  if (pattern === '' || !valueShape.test(value)) throw invalid(text, `Value '${shown(value)}' is invalid`);
  if (pattern === '/') throw invalid(text, "Value '/' is invalid: a regular expression is written /…/");
  return { key, operator: split.operator, isSoft, pattern };
}

/** The text that parses to it. */
export function printExpression({ key, operator, isSoft, pattern }: Expression): string {
  return `${key}${operator}${isSoft ? '~' : ''}${pattern}`;
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

function isRegex({ pattern }: Expression): boolean {
  return pattern.length > 1 && pattern.startsWith('/') && pattern.endsWith('/');
}

function compile(expression: Expression, whole: string): RE2JS {
  const { pattern } = expression;
  if (isRegex(expression) && pattern.length > regexLengthMax)
    throw invalid(whole, `a regular expression has at most ${regexLengthMax} characters`);
  const source = isRegex(expression)
    ? pattern.slice(1, -1)
    : `^(?s:${pattern
        .split('*')
        .map((part) => RE2JS.quote(part))
        .join('.*')})$`;
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException)
      throw invalid(whole, `'${shown(source)}' is no regular expression: ${shown(error.message)}`);
    throw error;
  }
}

/** Characters of a refused expression that its message repeats. */
const shownMax = 120;

function shown(text: string): string {
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
}

function invalid(text: string, reason: string): BaleenError {
  const expression = shown(text);
  const message = `invalid expression ${JSON.stringify(expression)}: ${reason}`;
  return new BaleenError('placement/invalid-expression', message, { details: { expression } });
}
