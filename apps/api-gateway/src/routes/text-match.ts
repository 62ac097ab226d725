import { RE2JS } from 're2js';

/** A pattern that spells out a text. */
export type PlainPattern = {
  readonly text: string;
  /** Its dots stand for any letter. */
  readonly hasDots: boolean;
  /** Begins with `^`. */
  readonly isAtStart: boolean;
  /** Ends with `$`. */
  readonly isAtEnd: boolean;
  /** Before the text: nothing, a slash that may be there (`/?`), or one that must. */
  readonly slash: string;
};

/** Letters that mean themselves in RE2's syntax, and dots. */
const plainForm = /^(\^?)(\/\??|)([\w.-]+)(\$?)$/;

/** What tools mostly ask for: `web`, `^/web-1$`, `^/?web-1$`. `undefined` = the pattern is more than that. */
export function plainPattern(pattern: string): PlainPattern | undefined {
  const [, start, slash = '', text, end] = plainForm.exec(pattern) ?? [];
  if (text === undefined) return undefined;
  return { text, hasDots: text.includes('.'), isAtStart: start === '^', isAtEnd: end === '$', slash };
}

/** Docker's match of a list query: equal, or found as a regular expression (Go's RE2 syntax); a malformed expression matches nothing. */
export function textMatcher(patterns: readonly string[]): (text: string) => boolean {
  const tests = patterns.map((pattern) => plainTest(pattern) ?? expressionTest(pattern));
  return (text) => tests.some((test) => test(text));
}

/** The same for names as `node/name`: only patterns that have such a slash look at nodes, or `n` would fit all names on `node-1`. */
export function nodeNameMatcher(patterns: readonly string[]): (nodeAndName: string) => boolean {
  return textMatcher(patterns.filter((pattern) => pattern.replace(/^\^?\/?/, '').includes('/')));
}

function plainTest(pattern: string): ((text: string) => boolean) | undefined {
  const plain = plainPattern(pattern);
  if (plain === undefined || plain.hasDots) return undefined;
  const { isAtStart, isAtEnd, slash } = plain;
  const forms = slash === '/?' ? [plain.text, `/${plain.text}`] : [`${slash}${plain.text}`];
  const fits = (text: string, form: string) => {
    if (isAtStart && isAtEnd) return text === form;
    if (isAtStart) return text.startsWith(form);
    return isAtEnd ? text.endsWith(form) : text.includes(form);
  };
  return (text) => text === pattern || forms.some((form) => fits(text, form));
}

function expressionTest(pattern: string): (text: string) => boolean {
  const expression = compiled(pattern);
  return (text) => pattern === text || expression?.matcher(text).find() === true;
}

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
