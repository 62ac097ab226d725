import type { Candidate } from '../candidate.ts';
import { type FilterContext, fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines other than the ones on which a local network or volume of the request lives. What lives nowhere yet binds nothing. */
export const localityFilter: PlacementFilter = {
  name: 'locality',
  prepare({ networks, volumes }, context) {
    const ties = [
      ...networks.map((name) => tie('network', name, context, (candidate) => candidate.hasNetwork(name))),
      ...volumes.map((name) => tie('volume', name, context, (candidate) => candidate.hasVolume(name))),
    ].filter(({ homes }) => homes.size > 0);
    if (ties.length === 0) return undefined;
    return {
      judge({ key }) {
        const missing = ties.find(({ homes }) => !homes.has(key));
        return missing === undefined ? fits : `${missing.what} lives on ${[...missing.homes.values()].join(', ')}`;
      },
      conditions: ties.map(({ what }) => what),
    };
  },
};

function tie(kind: string, name: string, { candidates }: FilterContext, has: (candidate: Candidate) => boolean) {
  return { what: `${kind} ${name}`, homes: new Map(candidates.filter(has).map(({ key, node }) => [key, node])) };
}
