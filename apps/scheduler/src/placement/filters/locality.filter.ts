import type { Candidate } from '../candidate.ts';
import { type FilterContext, fits, type PlacementFilter } from '../filter.ts';

/**
 * Rejects engines other than the ones on which a local network or volume of the request lives. What lives nowhere yet binds nothing.
 * A constraint against that home is no way out: the container would start on an empty volume or without its peers, so the refusal names
 * the choices instead.
 */
export const localityFilter: PlacementFilter = {
  name: 'locality',
  prepare({ networks, volumes, constraints, devices }, context) {
    const ties = [
      ...networks.map((name) => tie('network', name, context, (candidate) => candidate.hasNetwork(name))),
      ...volumes.map((name) => tie('volume', name, context, (candidate) => candidate.hasVolume(name))),
    ].filter(({ homes }) => homes.size > 0);
    if (ties.length === 0) return undefined;
    const isBound = constraints.length + devices.length > 0 || ties.length > 1;
    return {
      judge({ key }) {
        const missing = ties.find(({ homes }) => !homes.has(key));
        if (missing === undefined) return fits;
        const where = `${missing.what} lives on ${[...missing.homes.values()].join(', ')}`;
        return isBound ? `${where}: ${remedies[missing.kind]}` : where;
      },
      conditions: ties.map(({ what }) => what),
    };
  },
};

/** A network is the first that compose makes of a project: its request says nothing of where services may be. */
const remedies = {
  network:
    'place the container there, give it a network of another name, or say for all that is made where (X-Baleen-Constraint)',
  volume:
    'place the container there, give it a volume of another name, or remove the volume if nothing has used it: a container makes its volumes where it runs',
};

function tie(kind: keyof typeof remedies, name: string, { candidates }: FilterContext, has: (candidate: Candidate) => boolean) {
  return { kind, what: `${kind} ${name}`, homes: new Map(candidates.filter(has).map(({ key, node }) => [key, node])) };
}
