import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects nodes that the operator paused or drained. */
export const availabilityFilter: PlacementFilter = {
  name: 'availability',
  prepare: () => ({
    judge: ({ availability }) =>
      availability === 'active' ? fits : availability === 'drain' ? 'the node is being drained' : 'the node is paused',
    conditions: [],
  }),
};
