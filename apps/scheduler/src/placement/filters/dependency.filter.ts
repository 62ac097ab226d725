import type { Candidate, Resident } from '../candidate.ts';
import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines that lack a container this one needs beside it: `--volumes-from`, `--link`, `--net|--ipc|--pid container:` (spec 5.5). */
export const dependencyFilter: PlacementFilter = {
  name: 'dependency',
  prepare({ volumesFrom, links, namespaces }) {
    const needs = [
      ...volumesFrom.map((reference) => ({ reference, condition: `--volumes-from=${reference}` })),
      ...links.map((reference) => ({ reference, condition: `--link=${reference}` })),
      ...namespaces.map(({ kind, reference }) => ({ reference, condition: `--${kind}=container:${reference}` })),
    ];
    if (needs.length === 0) return undefined;
    return {
      judge(candidate) {
        const missing = needs.find(({ reference }) => !hasResident(candidate, reference));
        return missing === undefined
          ? fits
          : `container ${missing.reference} of ${missing.condition.replace(/=.*/, '')} is not on the engine`;
      },
      conditions: needs.map(({ condition }) => condition),
    };
  },
};

/** By name, `node/name`, id, Swarm ID or a prefix of either (spec 4.2, restricted to this engine). */
function hasResident(candidate: Candidate, reference: string): boolean {
  const name = reference.replace(/^\//, '').replace(`${candidate.node}/`, '');
  const residents = [...candidate.residents()];
  if (residents.some((resident) => resident.names.includes(name))) return true;
  return residents.filter((resident) => startsWithId(resident, reference)).length === 1;
}

function startsWithId({ id, swarmId }: Resident, prefix: string): boolean {
  return prefix !== '' && (id.startsWith(prefix) || swarmId.startsWith(prefix));
}
