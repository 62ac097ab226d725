import type { Candidate, Resident } from '../candidate.ts';
import { fits, type PlacementFilter } from '../filter.ts';

type Need = { readonly reference: string; readonly flag: string };

/** Rejects engines that lack a container this one needs beside it: `--volumes-from`, `--link`, `--net|--ipc|--pid container:` (spec 5.5). */
export const dependencyFilter: PlacementFilter = {
  name: 'dependency',
  prepare({ volumesFrom, links, namespaces }, { candidates }) {
    const needs: Need[] = [
      ...volumesFrom.map((reference) => ({ reference, flag: `--volumes-from=${reference}` })),
      ...links.map((reference) => ({ reference, flag: `--link=${reference}` })),
      ...namespaces.map(({ kind, reference }) => ({ reference, flag: `--${kind}=container:${reference}` })),
    ];
    if (needs.length === 0) return undefined;
    const ties = needs.map(({ reference, flag }) => ({ flag, homes: homesOf(reference, candidates) }));
    return {
      judge({ key }) {
        const missing = ties.find(({ homes }) => !homes.has(key));
        if (missing === undefined) return fits;
        const nodes = [...missing.homes.values()].join(', ');
        return `the container of ${missing.flag} is ${nodes === '' ? 'on no engine' : `on ${nodes}`}`;
      },
      conditions: needs.map(({ flag }) => flag),
    };
  },
};

/** A name anywhere goes before an id's beginning: else `--link cafe` could mean another engine's container of id cafe… */
function homesOf(reference: string, candidates: readonly Candidate[]): ReadonlyMap<string, string> {
  const named = candidates.filter((candidate) => isNamed(candidate, reference));
  const homes = named.length > 0 ? named : candidates.filter((candidate) => isUniqueId(candidate, reference));
  return new Map(homes.map(({ key, node }) => [key, node]));
}

/** `name` or `node/name`. */
function isNamed(candidate: Candidate, reference: string): boolean {
  const plain = reference.replace(/^\//, '');
  const own = plain.startsWith(`${candidate.node}/`) ? plain.slice(candidate.node.length + 1) : plain;
  for (const { names } of candidate.residents()) if (names.includes(plain) || names.includes(own)) return true;
  return false;
}

/** Id, Swarm ID or the beginning of either, of one container of the engine (spec 4.2). */
function isUniqueId(candidate: Candidate, prefix: string): boolean {
  let found = 0;
  for (const resident of candidate.residents()) if (startsWithId(resident, prefix)) found++;
  return found === 1;
}

function startsWithId({ id, swarmId }: Resident, prefix: string): boolean {
  return prefix !== '' && (id.startsWith(prefix) || swarmId.startsWith(prefix));
}
