import { RE2JS } from 're2js';

/** Docker's match of a list query: equal, or found as a regular expression (Go's RE2 syntax); a malformed expression matches nothing. */
export function textMatcher(patterns: readonly string[]): (text: string) => boolean {
  const expressions = patterns.map(compiled);
  return (text) => patterns.some((pattern, index) => pattern === text || expressions[index]?.matcher(text).find() === true);
}

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
