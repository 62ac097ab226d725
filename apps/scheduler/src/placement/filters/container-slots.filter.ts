import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines whose label `containerslots` says that they are full (spec 5.4). */
export const containerSlotsFilter: PlacementFilter = {
  name: 'containerslots',
  prepare: () => ({
    judge({ labels, containerCount }) {
      const slots = labels['containerslots'];
      if (slots === undefined || !/^[+-]?\d+$/.test(slots)) return fits;
      return containerCount < Number(slots) ? fits : `all ${slots} container slots are taken`;
    },
    conditions: ['available container slots'],
  }),
};
