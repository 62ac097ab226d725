import { shortId } from '#docker-api';
import type { Candidate, Resident } from '../candidate.ts';
import { type PreparedExpression, printExpression } from '../expressions/expression.ts';
import { prepareExpressions } from '../expressions/prepared.ts';
import { fits, type PlacementFilter } from '../filter.ts';

/** A reference with tag, digest or path, or an id at least as long as `docker images` shows. */
const exactImage = /^[^*]*[@:/][^*]*[^/*]$|^[0-9a-f]{12,64}$/;

/** Rejects engines whose containers or images do not satisfy the request's affinities (spec 5.6, 5.7). */
export const affinityFilter: PlacementFilter = {
  name: 'affinity',
  prepare({ affinities }, { pass }) {
    const expressions = prepareExpressions(affinities, pass);
    if (expressions.length === 0) return undefined;
    return {
      judge(candidate) {
        const failing = expressions.find((prepared) => isBeside(candidate, prepared) !== (prepared.expression.operator === '=='));
        return failing === undefined ? fits : `affinity ${printExpression(failing.expression)} is not satisfied`;
      },
      conditions: expressions.map(
        ({ expression }) => `${expression.key}${expression.operator}${expression.pattern} (soft=${expression.isSoft})`,
      ),
    };
  },
};

/** Does any container or image of the engine match? Container ids and names, image names, or a label of every container. */
function isBeside(candidate: Candidate, { expression: { key, pattern }, matches }: PreparedExpression): boolean {
  if (key === 'image') return hasImage(candidate, pattern, matches);
  // The one rule whose cost grows with the containers: plain loops, no text made that is not compared.
  for (const resident of candidate.residents()) {
    if (key === 'container' ? isNamed(resident, matches) : matches(resident.labels[key] ?? '')) return true;
  }
  return false;
}

/** Its own name only: the others are aliases that links gave it. */
function isNamed({ id, names: [name], swarmId }: Resident, matches: (text: string) => boolean): boolean {
  return (
    (name !== undefined && matches(name)) ||
    (id !== '' && (matches(id) || matches(shortId(id)))) ||
    (swarmId !== '' && matches(swarmId))
  );
}

function hasImage(candidate: Candidate, pattern: string, matches: (text: string) => boolean): boolean {
  for (const name of candidate.imageNames()) if (matches(name)) return true;
  // Digests, full names and short ids, which no list of texts holds: the engine's own way to look an image up.
  return exactImage.test(pattern) && candidate.hasImage(pattern);
}
