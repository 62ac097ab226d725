import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import { type FleetContainer, newerFirst } from '../../fleet-view/roll/fleet-container.ts';
import type { ListFilters } from '../list-filters.ts';
import { containerTest, isRunning } from './container-filters.ts';
import { narrowedContainers } from './narrowed-containers.ts';

export type ContainerListQuery = {
  readonly all: boolean;
  /** 0 or less = no limit. */
  readonly limit: number;
  /** References; empty = not given. */
  readonly before: string;
  readonly since: string;
  readonly filters: ListFilters;
};

/** What `docker ps` with these flags shows. */
export type ContainerSelection = {
  /** All among which those shown are, newest first; `undefined` = everything. */
  readonly among: readonly FleetContainer[] | undefined;
  /** `undefined` = each is shown. */
  readonly isShown: ((container: FleetContainer) => boolean) | undefined;
  /** Infinity = no limit. */
  readonly limit: number;
};

/** Rules as of the engine's own list (spec 8.6). */
export function selectContainers(view: FleetView, query: ContainerListQuery): ContainerSelection {
  const { filters } = query;
  const limit = query.limit > 0 ? query.limit : Number.POSITIVE_INFINITY;
  const before = reference(view, query.before, filters.get('before'));
  const since = reference(view, query.since, filters.get('since'));
  const showsStopped = query.all || query.limit > 0 || before !== undefined || since !== undefined || filters.has('status');
  if (showsStopped && before === undefined && since === undefined && filters.size === 0)
    return { among: undefined, isShown: undefined, limit };
  const matches = filters.size === 0 ? () => true : containerTest(filters, view);
  const healthy = new Set(showsStopped ? [] : view.healthy().map(({ key }) => key));
  const isShown = (container: FleetContainer) =>
    (showsStopped || (isRunning(container.facts.state) && healthy.has(container.engine))) &&
    (before === undefined || newerFirst(before, container) < 0) &&
    (since === undefined || newerFirst(since, container) > 0) &&
    matches(container);
  const among = narrowedContainers(view, filters)?.filter(({ engine }) => view.engine(engine)?.isVisible === true);
  return { among: among?.sort(newerFirst), isShown, limit };
}

/** Of several values of a list query the last one counts; an empty one names no container, an empty parameter is none. */
function reference(view: FleetView, text: string, values: readonly string[] | undefined): FleetContainer | undefined {
  if (values !== undefined) return findContainer(view, values.at(-1) ?? '');
  return text === '' ? undefined : findContainer(view, text);
}
