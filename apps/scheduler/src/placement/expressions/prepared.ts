import { BaleenError } from '#contracts';
import type { Pass } from '../filter.ts';
import { expressionsMax, type PreparedExpression, prepareExpression } from './expression.ts';

/** Parses all (a malformed soft one is refused too), keeps those that count in this pass. Throws placement/invalid-expression. */
export function prepareExpressions(texts: readonly string[], pass: Pass): PreparedExpression[] {
  if (texts.length > expressionsMax)
    throw new BaleenError(
      'placement/invalid-expression',
      `${texts.length} expressions of one kind, at most ${expressionsMax} are read`,
    );
  return texts.map(prepareExpression).filter(({ expression }) => pass === 'soft' || !expression.isSoft);
}
