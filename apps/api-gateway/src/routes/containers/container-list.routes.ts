import { setImmediate as nextTurn } from 'node:timers/promises';
import { BaleenError, labels } from '#contracts';
import { needs } from '../../access/access-rule.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetContainer } from '../../fleet-view/roll/fleet-container.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { parseFilters } from '../list-filters.ts';
import { respondArray } from '../respond-array.ts';
import { withoutRequest } from '../without-request.ts';
import { containerFilters } from './container-filters.ts';
import { type ContainerSelection, selectContainers } from './container-list.ts';
import { ContainerRows } from './container-rows.ts';
import { listRows, selected } from './list-rows.ts';

/** An engine walks every container's file system for `--size`. */
const sizesMs = 60_000;
/** Blocks made anew before other requests have their turn: each takes a fraction of a millisecond. */
const blocksATurn = 8;

/** GET /containers/json: from the view, as the daemons wrote it but for names, addresses and status. */
export function containerListRoute(fleet: Fleet): Route {
  const rows = new ContainerRows({ names: fleet.config.containerNames, publish: fleet.config.publish });
  return {
    method: 'GET',
    path: '/containers/json',
    semantics: 'aggregate',
    access: needs('read'),
    note: 'without size nothing is asked of engines',
    handle: async (exchange) => {
      const view = await currentView(fleet);
      const selection = selectContainers(view, {
        all: exchange.flag('all'),
        limit: limitOf(exchange.query.get('limit')),
        before: exchange.query.get('before') ?? '',
        since: exchange.query.get('since') ?? '',
        filters: parseFilters(exchange.query.get('filters'), containerFilters),
      });
      if (exchange.flag('size')) return respondWithSizes(fleet, view, exchange, rows, selection);
      if (!exchange.mayInspect && view.containersLabelled(labels.originalRequest).length > 0)
        return respondWithoutRequests(fleet, view, exchange, rows, selection);
      if (selection.among === undefined && selection.limit === Number.POSITIVE_INFINITY) await warm(fleet, view, rows);
      await respondArray(exchange, listRows(view, rows, selection, fleet.clock.nowMs()));
    },
  };
}

/** Row by row: no client that may see all has to wait for what is made for this one. */
async function respondWithoutRequests(
  { clock }: Fleet,
  view: FleetView,
  exchange: Exchange,
  rows: ContainerRows,
  selection: ContainerSelection,
): Promise<void> {
  const nowMs = clock.nowMs();
  const shown = [...selected(view, selection)];
  await respondArray(
    exchange,
    shown.map((container) => withoutRequest(Buffer.concat(rows.row(view, container, nowMs)), 'Labels')),
  );
}

/** Makes the rows of the whole fleet anew where they have to be, in turns; the list then has at most the latest changes to make. */
async function warm(fleet: Fleet, view: FleetView, rows: ContainerRows): Promise<void> {
  let made = 0;
  // As they are now: they may be split meanwhile.
  for (const block of view.roll.blocks.slice()) {
    const nowMs = fleet.clock.nowMs();
    if (nowMs < block.rowsUntilMs) continue;
    rows.block(view, block, nowMs);
    made += 1;
    if (made % blocksATurn === 0) await nextTurn();
  }
}

async function respondWithSizes(
  fleet: Fleet,
  view: FleetView,
  exchange: Exchange,
  rows: ContainerRows,
  selection: ContainerSelection,
): Promise<void> {
  const containers = [...selected(view, selection)];
  const sizes = await sizesOf(fleet, view, exchange, containers);
  const nowMs = fleet.clock.nowMs();
  // Their engines may have gone meanwhile.
  const left = containers.filter(({ engine }) => view.engine(engine) !== undefined);
  await respondArray(
    exchange,
    left.map((container) => {
      const row = rows.row(view, container, nowMs, sizes.get(container.facts.id));
      return exchange.mayInspect ? row : withoutRequest(Buffer.concat(row), 'Labels');
    }),
  );
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
