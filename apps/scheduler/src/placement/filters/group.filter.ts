import { fits, type PlacementFilter } from '../filter.ts';
import { affinityFilter } from './affinity.filter.ts';
import { apiVersionFilter } from './api-version.filter.ts';
import { availabilityFilter } from './availability.filter.ts';
import { constraintFilter } from './constraint.filter.ts';
import { dependencyFilter } from './dependency.filter.ts';
import { healthFilter } from './health.filter.ts';
import { localityFilter } from './locality.filter.ts';
import { platformFilter } from './platform.filter.ts';
import { whitelistFilter } from './whitelist.filter.ts';

/** What frees a group's newcomer from its engine: the engine's state, and what the user said in so many words. A lack of room does not. */
const strongerRules: readonly PlacementFilter[] = [
  healthFilter,
  availabilityFilter,
  constraintFilter,
  affinityFilter,
  whitelistFilter,
  dependencyFilter,
  platformFilter,
  apiVersionFilter,
  localityFilter,
];

/**
 * Keeps what shares a group label's value (a compose project, a Testcontainers session) on the engines that host the group already.
 * An engine that is down, drained or ruled out by the user's own words holds nobody back.
 */
export const groupFilter: PlacementFilter = {
  name: 'group',
  prepare(request, context) {
    const groups = context.groupLabels.flatMap((label) => {
      const value = request.labels[label];
      return value === undefined || value === '' ? [] : [{ label, value }];
    });
    if (groups.length === 0) return undefined;
    const rules = strongerRules
      .filter(({ name }) => context.filters.has(name))
      .flatMap((filter) => filter.prepare(request, context) ?? []);
    const ties = groups
      .map(({ label, value }) => {
        const hosts = context.candidates.filter((candidate) => candidate.hostsGroup(label, request.labels));
        const open = hosts.filter((candidate) => rules.every((rule) => rule.judge(candidate) === fits));
        return { what: `${label}=${value}`, homes: new Map(open.map(({ key, node }) => [key, node])) };
      })
      .filter(({ homes }) => homes.size > 0);
    if (ties.length === 0) return undefined;
    return {
      judge({ key }) {
        const missing = ties.find(({ homes }) => !homes.has(key));
        return missing === undefined ? fits : `group ${missing.what} lives on ${[...missing.homes.values()].join(', ')}`;
      },
      conditions: ties.map(({ what }) => `group ${what}`),
    };
  },
};
