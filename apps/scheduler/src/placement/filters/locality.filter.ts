import { fits, type PlacementFilter } from '../filter.ts';

/**
 * Rejects engines other than the ones on which a local network or volume of the request lives, unless nothing uses it and it is brought along.
 * A constraint against that home is no way out: the container would start on an empty volume or without its peers, so the refusal names
 * the choices instead.
 */
export const localityFilter: PlacementFilter = {
  name: 'locality',
  prepare({ constraints, devices }, { ties }) {
    if (ties.length === 0) return undefined;
    const isBound = constraints.length + devices.length > 0 || ties.length > 1;
    return {
      judge({ key }) {
        const missing = ties.find(({ homes, moved }) => !homes.has(key) && moved() === undefined);
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
