import type { Pass } from '../filter.ts';
import { type Expression, matcherOf, parseExpression } from './expression.ts';

export type PreparedExpression = {
  readonly text: string;
  readonly expression: Expression;
  readonly matches: (text: string) => boolean;
};

/** Parses all (a malformed soft one is refused too), keeps those that count in this pass. */
export function prepareExpressions(texts: readonly string[], pass: Pass): PreparedExpression[] {
  return texts
    .map((text) => ({ text, expression: parseExpression(text) }))
    .filter(({ expression }) => pass === 'soft' || !expression.isSoft)
    .map(({ text, expression }) => ({ text, expression, matches: matcherOf(expression) }));
}
