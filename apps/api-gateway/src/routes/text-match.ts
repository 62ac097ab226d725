import { RE2JS } from 're2js';

/** Docker's match of a list query: equal, or found as a regular expression (Go's RE2 syntax); a malformed expression matches nothing. */
export function textMatcher(patterns: readonly string[]): (text: string) => boolean {
  const expressions = patterns.map(compiled);
  return (text) => patterns.some((pattern, index) => pattern === text || expressions[index]?.matcher(text).find() === true);
}

/** The same for names as `node/name`: only patterns that have such a slash look at nodes, or `n` would fit all names on `node-1`. */
export function nodeNameMatcher(patterns: readonly string[]): (nodeAndName: string) => boolean {
  return textMatcher(patterns.filter((pattern) => pattern.replace(/^\^?\/?/, '').includes('/')));
}

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
