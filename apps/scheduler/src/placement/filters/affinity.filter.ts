import type { Candidate } from '../candidate.ts';
import { satisfies } from '../expressions/expression.ts';
import { prepareExpressions } from '../expressions/prepared.ts';
import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines whose containers or images do not satisfy the request's affinities (spec 5.6, 5.7). */
export const affinityFilter: PlacementFilter = {
  name: 'affinity',
  prepare({ affinities }, { pass }) {
    const expressions = prepareExpressions(affinities, pass);
    if (expressions.length === 0) return undefined;
    return {
      judge(candidate) {
        const failing = expressions.find(
          ({ expression, matches }) => !satisfies(expression, matches, textsOf(candidate, expression.key)),
        );
        return failing === undefined ? fits : `affinity ${failing.text} is not satisfied`;
      },
      conditions: expressions.map(
        ({ expression }) => `${expression.key}${expression.operator}${expression.pattern} (soft=${expression.isSoft})`,
      ),
    };
  },
};

/** What a key compares: container ids and names, image names, or a label of every container. */
function* textsOf(candidate: Candidate, key: string): Iterable<string> {
  if (key === 'image') {
    yield* candidate.imageNames();
    return;
  }
  for (const { id, names, swarmId, labels } of candidate.residents()) {
    if (key !== 'container') {
      yield labels[key] ?? '';
      continue;
    }
    if (id !== '') {
      yield id;
      yield id.slice(0, 12);
    }
    if (swarmId !== '') yield swarmId;
    yield* names;
  }
}
