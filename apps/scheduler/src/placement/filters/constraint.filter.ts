import type { Candidate } from '../candidate.ts';
import { printExpression, satisfies } from '../expressions/expression.ts';
import { prepareExpressions } from '../expressions/prepared.ts';
import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines whose name, identity or labels do not satisfy the request's constraints (spec 5.6, 5.7). */
export const constraintFilter: PlacementFilter = {
  name: 'constraint',
  prepare({ constraints }, { pass }) {
    const expressions = prepareExpressions(constraints, pass);
    if (expressions.length === 0) return undefined;
    return {
      judge(candidate) {
        const failing = expressions.find(
          ({ expression, matches }) => !satisfies(expression, matches, textsOf(candidate, expression.key)),
        );
        return failing === undefined ? fits : `constraint ${printExpression(failing.expression)} is not satisfied`;
      },
      conditions: expressions.map(({ expression }) => `${expression.key}${expression.operator}${expression.pattern}`),
    };
  },
};

/** Built-in keys, then the engine's labels; a missing label is the empty text. */
function textsOf({ node, identity, address, labels }: Candidate, key: string): readonly string[] {
  switch (key) {
    case 'node':
      return [node, identity.id, `${identity.id}|${address}`];
    case 'storagedriver':
      return [identity.storageDriver];
    case 'kernelversion':
      return [identity.kernelVersion];
    case 'operatingsystem':
      return [identity.operatingSystem];
    case 'ostype':
      return [identity.osType];
    case 'architecture':
      return [identity.architecture];
    case 'engineversion':
      return [identity.serverVersion];
    default:
      return [labels[key] ?? ''];
  }
}
