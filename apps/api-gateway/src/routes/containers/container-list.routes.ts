import { BaleenError } from '#contracts';
import { containerStatus } from '#docker-api';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { parseFilters } from '../list-filters.ts';
import { respondArray } from '../respond-array.ts';
import { containerFilters } from './container-filters.ts';
import { selectContainers } from './container-list.ts';
import { ContainerRows } from './container-row.ts';

/** An engine walks every container's file system for `--size`. */
const sizesMs = 60_000;
/** Shown instead of a status that nobody can know (spec/classic-swarm.md 8.6). */
const hostDown = 'Host Down';

/** GET /containers/json: from the view, as the daemons wrote it but for names, addresses and status. */
export function containerListRoute(fleet: Fleet): Route {
  const rows = new ContainerRows(fleet.config.containerNames, fleet.config.publish);
  return {
    method: 'GET',
    path: '/containers/json',
    semantics: 'aggregate',
    note: 'without size nothing is asked of engines',
    handle: async (exchange) => {
      const view = await currentView(fleet);
      const containers = selectContainers(view, {
        all: exchange.flag('all'),
        limit: limitOf(exchange.query.get('limit')),
        before: exchange.query.get('before') ?? '',
        since: exchange.query.get('since') ?? '',
        filters: parseFilters(exchange.query.get('filters'), containerFilters),
      });
      const sizes = exchange.flag('size') ? await sizesOf(fleet, view, exchange, containers) : new Map<string, string>();
      await respondArray(exchange, shownRows(fleet, view, rows, containers, sizes));
    },
  };
}

function* shownRows(
  fleet: Fleet,
  view: FleetView,
  rows: ContainerRows,
  containers: readonly FleetContainer[],
  sizes: ReadonlyMap<string, string>,
): Generator<readonly Buffer[]> {
  const nowMs = fleet.clock.nowMs();
  for (const container of containers) {
    const engine = view.engine(container.engine);
    if (engine === undefined) continue;
    const engineNowMs = nowMs - (engine.record?.clockDeltaMs ?? 0);
    const status = engine.isHealthy ? containerStatus(container.facts, engineNowMs) : hostDown;
    yield rows.row(container, engine, status, sizes.get(container.facts.id));
  }
}

/** Sizes are not in the log (they cost too much to keep): asked of the engines that hold what is shown; a silent one shows none. */
async function sizesOf(fleet: Fleet, view: FleetView, exchange: Exchange, containers: readonly FleetContainer[]) {
  const sizes = new Map<string, string>();
  const keys = new Set(containers.map((container) => container.engine));
  const engines = view.healthy().filter((engine) => keys.has(engine.key));
  const ids = containers.map((container) => container.facts.id);
  const filters = encodeURIComponent(JSON.stringify({ id: ids }));
  const path =
    ids.length <= filteredIdsMax ? `/containers/json?all=1&size=1&filters=${filters}` : '/containers/json?all=1&size=1';
  const request = { method: 'GET', path, apiVersion: exchange.apiVersion, timeoutMs: sizesMs, signal: exchange.signal } as const;
  await Promise.all(
    engines.map(async (engine) => {
      try {
        const { status, body } = await fleet.daemons.call(engine, request);
        if (status !== 200) return;
        for (const row of JSON.parse(body.toString('utf8')) as { Id: string; SizeRw?: number; SizeRootFs?: number }[])
          sizes.set(row.Id, sizeMembers(row));
      } catch (error) {
        if (!(error instanceof BaleenError || error instanceof SyntaxError)) throw error;
        fleet.logger.warn({ engine: engine.key, err: error }, 'sizes are missing from one engine');
      }
    }),
  );
  return sizes;
}

/** As the engine has them: it leaves out a size of 0. */
function sizeMembers({ SizeRw, SizeRootFs }: { readonly SizeRw?: number; readonly SizeRootFs?: number }): string {
  return JSON.stringify({ SizeRw, SizeRootFs }).slice(1, -1);
}

/** More ids than this make a request line that engines refuse; then all sizes are asked for. */
const filteredIdsMax = 100;

/** Any whole number, as an engine takes it: 0 and less = no limit. */
function limitOf(text: string | null): number {
  if (text === null || text === '') return 0;
  if (!/^[+-]?\d+$/.test(text))
    throw new BaleenError('request/invalid', `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
