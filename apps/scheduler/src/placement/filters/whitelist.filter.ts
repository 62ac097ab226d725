import { printExpression } from '../expressions/expression.ts';
import { prepareExpressions } from '../expressions/prepared.ts';
import { fits, type PlacementFilter } from '../filter.ts';

/** Keeps (`==`) or rejects (`!=`) the nodes named in `a|b|c`, exact names; several intersect (spec 5.7; classic ignored the operator). */
export const whitelistFilter: PlacementFilter = {
  name: 'whitelist',
  prepare({ whitelists }, { pass }) {
    const lists = prepareExpressions(whitelists, pass).map(({ expression }) => ({
      expression,
      nodes: new Set(expression.pattern.split('|')),
    }));
    if (lists.length === 0) return undefined;
    return {
      judge({ node }) {
        const failing = lists.find(({ expression, nodes }) => nodes.has(node) !== (expression.operator === '=='));
        return failing === undefined ? fits : `whitelist ${printExpression(failing.expression)} leaves the node out`;
      },
      conditions: lists.map(
        ({ expression }) => `${expression.key}${expression.operator}${expression.pattern} (soft=${expression.isSoft})`,
      ),
    };
  },
};
