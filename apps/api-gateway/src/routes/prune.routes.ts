import { BaleenError, type EngineAnswer } from '#contracts';
import { compareApiVersions, parseListQuery } from '#docker-api';
import { type AccessRule, needs } from '../access/access-rule.ts';
import { refusalText } from '../daemons/daemons.ts';
import { currentView, type Fleet } from '../fleet.ts';
import type { FleetEngine } from '../fleet-view/fleet-engine.ts';
import type { FleetView } from '../fleet-view/fleet-view.ts';
import type { NamedKind } from '../fleet-view/lookup/copies.ts';
import { shownName } from '../fleet-view/lookup/plain-name.ts';
import { engineTarget } from '../fleet-view/view-locator.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Route } from '../http/router.ts';
import { refuseOnOlderEngine } from '../relay/refuse-on-older-engine.ts';
import { querySuffix } from './engine-answer.ts';
import { failureAnswer, respondRefusals } from './node-answer.ts';

/** Deleting many file systems takes as long as it takes; an hour is a broken disk. */
const pruneMs = 3_600_000;

type PruneKind = {
  readonly path: string;
  /** The list of what was deleted, in the answer. */
  readonly deleted: string;
  readonly touched: { readonly images?: boolean; readonly networks?: boolean; readonly volumes?: boolean };
  readonly countsSpace: boolean;
  readonly access: AccessRule;
  /** What is deleted has a name that other nodes may have too. */
  readonly named?: NamedKind;
  /** Throws engine/too-old when this engine would delete other things than the client's version of the API means. */
  readonly refuseOn?: (exchange: Exchange, engine: FleetEngine) => void;
  /** The request's query as this engine understands it; as it came unless given. */
  readonly queryFor?: (exchange: Exchange, engine: FleetEngine) => string;
  readonly note?: string;
};

const pruning = needs('write', { judge: 'prune' });

const kinds: readonly PruneKind[] = [
  { path: '/containers/prune', deleted: 'ContainersDeleted', touched: { networks: true }, countsSpace: true, access: pruning },
  {
    path: '/images/prune',
    deleted: 'ImagesDeleted',
    touched: { images: true },
    countsSpace: true,
    access: needs('write', { judge: 'image-prune' }),
  },
  {
    path: '/networks/prune',
    deleted: 'NetworksDeleted',
    touched: { networks: true },
    countsSpace: false,
    named: 'network',
    access: pruning,
  },
  {
    path: '/volumes/prune',
    deleted: 'VolumesDeleted',
    touched: { volumes: true },
    countsSpace: true,
    access: pruning,
    named: 'volume',
    refuseOn: refuseOtherVolumes,
    queryFor: withoutNewerAll,
    note: 'from 1.42 on refused while a healthy engine speaks an older version: it would delete named volumes too',
  },
  {
    path: '/build/prune',
    deleted: 'CachesDeleted',
    touched: {},
    countsSpace: true,
    access: needs('build', { tenants: 'refused' }),
  },
];

/**
 * POST /…/prune on every healthy engine; what was deleted is listed together, by the names it was shown under, the space added up. An
 * error only when it failed on all of them.
 */
export function pruneRoutes(fleet: Fleet): Route[] {
  return kinds.map((kind) => ({
    method: 'POST',
    path: kind.path,
    semantics: 'broadcast',
    access: kind.access,
    ...(kind.note !== undefined && { note: kind.note }),
    handle: async (exchange) => {
      const view = await currentView(fleet);
      const engines = view.healthy();
      // All of them before anything is deleted.
      const prunes = engines.map((engine) => {
        refuseOnOlderEngine(exchange, engineTarget(engine));
        kind.refuseOn?.(exchange, engine);
        return { engine, query: kind.queryFor?.(exchange, engine) ?? exchange.rawQuery };
      });
      const shown = kind.named === undefined ? undefined : shownNames(view, kind.named);
      const outcomes = await Promise.all(
        prunes.map(({ engine, query }) => pruneOn(fleet, exchange.apiVersion, engine, query, kind)),
      );
      const failed = outcomes.filter(({ answer }) => answer.status !== 200);
      if (failed.length > 0 && failed.length === outcomes.length) return respondRefusals(exchange, failed);
      // What the others have deleted is gone: their report must reach the client.
      for (const { key, node, answer } of failed)
        fleet.logger.warn(
          { engine: key, node, path: kind.path, reason: refusalText(answer.body) },
          'nothing was pruned on one node',
        );
      const done = outcomes.filter(({ answer }) => answer.status === 200);
      const reports = done.map(({ key, answer }) => ({ key, report: JSON.parse(answer.body) as Record<string, unknown> }));
      const deleted = reports.flatMap(({ key, report }) => {
        const items = (report[kind.deleted] as unknown[] | null | undefined) ?? [];
        return shown === undefined ? items : items.map((name) => shown.get(`${key} ${name}`) ?? name);
      });
      const space = reports.reduce((total, { report }) => total + Number(report['SpaceReclaimed'] ?? 0), 0);
      exchange.respond(200, {
        // An engine's own nothing: `[]` of volumes, `null` of what else there is.
        [kind.deleted]: deleted.length === 0 ? (reports[0]?.report[kind.deleted] ?? null) : [...new Set(deleted)],
        ...(kind.countsSpace && { SpaceReclaimed: space }),
      });
    },
  }));
}

/** Since this version a prune of volumes leaves those with a name alone unless it says `all`; before, it deletes every unused one. */
const anonymousOnlySince = '1.42';

function refuseOtherVolumes({ apiVersion }: Exchange, { key, name, identity }: FleetEngine): void {
  const spoken = identity?.apiVersion ?? '';
  if (compareApiVersions(apiVersion, anonymousOnlySince) < 0 || !prunesNamedVolumes(spoken)) return;
  const message =
    `a prune of volumes keeps named ones since API version ${anonymousOnlySince}, but node ${name} speaks ${spoken} and would delete them: ` +
    'upgrade that engine, or ask with API version 1.41 (DOCKER_API_VERSION=1.41) to delete all unused volumes, named ones too';
  throw new BaleenError('engine/too-old', message, { details: { engine: key } });
}

/**
 * `all` says what such an engine does anyway, and it refuses the word. Newer ones take it from clients of any version: of a mixed fleet
 * they alone would prune.
 */
function withoutNewerAll({ query, rawQuery }: Exchange, { identity }: FleetEngine): string {
  const filters = query.get('filters') ?? '';
  if (filters === '' || !prunesNamedVolumes(identity?.apiVersion ?? '')) return rawQuery;
  const asked = new Map(parseListQuery(filters));
  if (asked.get('all')?.some((value) => value !== 'true') !== false) return rawQuery;
  asked.delete('all');
  const understood = new URLSearchParams(query);
  understood.set('filters', JSON.stringify(Object.fromEntries(asked)));
  return String(understood);
}

/** False for an engine whose version is not known. */
function prunesNamedVolumes(spoken: string): boolean {
  return spoken !== '' && compareApiVersions(spoken, anonymousOnlySince) < 0;
}

async function pruneOn(
  fleet: Fleet,
  apiVersion: string,
  engine: FleetEngine,
  query: string,
  { path, deleted, touched }: PruneKind,
) {
  try {
    const call = { method: 'POST', path: `${path}${querySuffix(query)}`, apiVersion };
    const { answer, sequence } = await fleet.commands.call(engine.key, { ...call, touched, timeoutMs: pruneMs });
    const seen = await refreshContainers(fleet, engine, answer, deleted);
    await fleet.follower.reached(seen ?? sequence);
    return { key: engine.key, node: engine.name, answer };
  } catch (error) {
    return { key: engine.key, node: engine.name, answer: failureAnswer(error) };
  }
}

/** The names of now, by engine and own name: once they are gone, what is left of a name is shown otherwise. */
function shownNames(view: FleetView, kind: NamedKind): Map<string, string> {
  return new Map([...view.objects(kind)].map((object) => [`${object.engine} ${object.facts.name}`, shownName(view, object)]));
}

/** Which containers a prune deletes is known only afterwards. */
async function refreshContainers(
  fleet: Fleet,
  engine: FleetEngine,
  answer: EngineAnswer,
  deleted: string,
): Promise<number | undefined> {
  if (deleted !== 'ContainersDeleted' || answer.status !== 200) return undefined;
  const { ContainersDeleted: containers } = JSON.parse(answer.body) as { ContainersDeleted?: string[] | null };
  return containers?.length ? fleet.commands.refresh(engine.key, { containers }) : undefined;
}
