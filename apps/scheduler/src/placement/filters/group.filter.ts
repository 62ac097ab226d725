import { fits, type PlacementFilter } from '../filter.ts';
import { availabilityFilter } from './availability.filter.ts';
import { constraintFilter } from './constraint.filter.ts';
import { healthFilter } from './health.filter.ts';
import { whitelistFilter } from './whitelist.filter.ts';

/**
 * Keeps what shares a group label's value (a compose project, a Testcontainers session) on the engines that host the group already.
 * An engine that is down, drained or ruled out by the user's own constraints holds nobody back.
 */
export const groupFilter: PlacementFilter = {
  name: 'group',
  prepare(request, context) {
    const groups = context.groupLabels.flatMap((label) => {
      const value = request.labels[label];
      return value === undefined || value === '' ? [] : [{ label, value }];
    });
    if (groups.length === 0) return undefined;
    const rules = [healthFilter, availabilityFilter, constraintFilter, whitelistFilter].flatMap(
      (filter) => filter.prepare(request, context) ?? [],
    );
    const open = context.candidates.filter((candidate) => rules.every((rule) => rule.judge(candidate) === fits));
    const ties = groups
      .map(({ label, value }) => ({
        what: `${label}=${value}`,
        homes: new Map(open.filter((candidate) => candidate.hostsGroup(label, value)).map(({ key, node }) => [key, node])),
      }))
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
