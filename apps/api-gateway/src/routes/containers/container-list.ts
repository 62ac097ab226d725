import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { type FleetContainer, findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { ListFilters } from '../list-filters.ts';
import { containerTest, isRunning } from './container-filters.ts';

export type ContainerListQuery = {
  readonly all: boolean;
  /** 0 or less = no limit. */
  readonly limit: number;
  /** References; empty = not given. */
  readonly before: string;
  readonly since: string;
  readonly filters: ListFilters;
};

/** Containers that `docker ps` with these flags shows, newest first. Rules and order as the engine's own list (spec 8.6). */
export function selectContainers(view: FleetView, query: ContainerListQuery): FleetContainer[] {
  const before = reference(view, query.before, query.filters.get('before'));
  const since = reference(view, query.since, query.filters.get('since'));
  const matches = containerTest(query.filters, view);
  const showsStopped = query.all || query.limit > 0 || before !== undefined || since !== undefined || query.filters.has('status');
  const isShown = (container: FleetContainer) =>
    (showsStopped || (isRunning(container.facts.state) && view.engine(container.engine)?.isHealthy === true)) &&
    (before === undefined || newerFirst(before, container) < 0) &&
    (since === undefined || newerFirst(since, container) > 0) &&
    matches(container);
  const shown = [...view.objects('container')].filter(isShown).sort(newerFirst);
  return query.limit > 0 ? shown.slice(0, query.limit) : shown;
}

/** Of several values of a list query the last one counts; an empty one names no container, an empty parameter is none. */
function reference(view: FleetView, text: string, values: readonly string[] | undefined): FleetContainer | undefined {
  if (values !== undefined) return findContainer(view, values.at(-1) ?? '');
  return text === '' ? undefined : findContainer(view, text);
}

function newerFirst(left: FleetContainer, right: FleetContainer): number {
  if (left.facts.createdAtMs !== right.facts.createdAtMs) return right.facts.createdAtMs - left.facts.createdAtMs;
  if (left.facts.id === right.facts.id) return 0;
  return left.facts.id < right.facts.id ? -1 : 1;
}
