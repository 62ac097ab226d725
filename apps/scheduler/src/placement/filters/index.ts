import type { FilterName } from '#contracts';
import type { PlacementFilter } from '../filter.ts';
import { affinityFilter } from './affinity.filter.ts';
import { apiVersionFilter } from './api-version.filter.ts';
import { availabilityFilter } from './availability.filter.ts';
import { constraintFilter } from './constraint.filter.ts';
import { containerSlotsFilter } from './container-slots.filter.ts';
import { dependencyFilter } from './dependency.filter.ts';
import { devicesFilter } from './devices.filter.ts';
import { groupFilter } from './group.filter.ts';
import { healthFilter } from './health.filter.ts';
import { localityFilter } from './locality.filter.ts';
import { platformFilter } from './platform.filter.ts';
import { portFilter } from './port.filter.ts';
import { whitelistFilter } from './whitelist.filter.ts';

/** Those that `--filter` chooses from. */
export const selectableFilters: Readonly<Record<FilterName, PlacementFilter>> = {
  health: healthFilter,
  port: portFilter,
  containerslots: containerSlotsFilter,
  dependency: dependencyFilter,
  affinity: affinityFilter,
  constraint: constraintFilter,
  whitelist: whitelistFilter,
};

/** Baleen's own, always on: breaking them could only end in a failure or a silent loss on the engine. */
export const standingFilters: readonly PlacementFilter[] = [
  availabilityFilter,
  platformFilter,
  apiVersionFilter,
  localityFilter,
  groupFilter,
  devicesFilter,
];
