import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines whose label `containerslots` says that they are full (spec 5.4). */
export const containerSlotsFilter: PlacementFilter = {
  name: 'containerslots',
  prepare: () => ({
    judge: ({ containerSlots, containerCount }) =>
      containerSlots === undefined || containerCount < containerSlots ? fits : `all ${containerSlots} container slots are taken`,
    conditions: ['available container slots'],
  }),
};

/** What the label says, read once an engine; anything but a whole number says nothing. */
export function slotsOf(labels: Readonly<Record<string, string>>): number | undefined {
  const slots = labels['containerslots'];
  return slots !== undefined && /^[+-]?\d+$/.test(slots) ? Number(slots) : undefined;
}
