import { BaleenError } from '#contracts';
import { compareApiVersions } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { refusalText } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { querySuffix } from '../engine-answer.ts';
import { askedTypes, joinedUsage, lastWithLists, type Usage } from './disk-usage.ts';
import { ownUsage } from './own-usage.ts';

/** Engines walk all file systems for it. */
const usageMs = 300_000;

/** GET /system/df: every healthy engine's, lists joined and sizes added up; an engine that fails is missing from the sums. */
export function diskUsageRoute(fleet: Fleet): Route {
  return {
    method: 'GET',
    path: '/system/df',
    semantics: 'aggregate',
    access: needs('read'),
    note: 'lists joined, sizes added up',
    handle: async (exchange) => {
      const asked = askedTypes(exchange.query.getAll('type'), exchange.apiVersion);
      refuseSums(fleet, exchange);
      const engines = (await currentView(fleet)).healthy().filter((engine) => fleet.scope === undefined || holdsAnything(engine));
      const usages = await Promise.all(engines.map((engine) => usageOf(fleet, exchange, engine)));
      exchange.respond(200, joinedUsage(answered(usages), asked, exchange.apiVersion));
    },
  };
}

/** Sums over everything on an engine cannot be narrowed to what is a tenant's. */
function refuseSums({ scope }: Pick<Fleet, 'scope'>, { apiVersion }: Exchange): void {
  if (scope === undefined || compareApiVersions(apiVersion, lastWithLists) <= 0) return;
  throw new BaleenError(
    'access/refused',
    `the policy refuses this to tenants by API ${apiVersion}, which tells sums of the whole fleet: ask by ${lastWithLists} (DOCKER_API_VERSION=${lastWithLists})`,
  );
}

function holdsAnything({ shelves }: FleetEngine): boolean {
  return shelves.container.size + shelves.image.size + shelves.volume.size > 0;
}

/** Throws the first failure when no engine answered: nothing is no usage. */
function answered(outcomes: readonly Outcome[]): Usage[] {
  const known = outcomes.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  const [first] = outcomes;
  if (known.length === 0 && first?.failure !== undefined) throw first.failure;
  return known;
}

type Outcome = { readonly usage?: Usage; readonly failure?: BaleenError };

async function usageOf(fleet: Fleet, exchange: Exchange, engine: FleetEngine): Promise<Outcome> {
  const path = `/system/df${querySuffix(exchange.rawQuery)}`;
  const { apiVersion, signal } = exchange;
  try {
    const { status, body } = await fleet.daemons.call(engine, { method: 'GET', path, apiVersion, timeoutMs: usageMs, signal });
    if (status === 200) {
      const usage = JSON.parse(body.toString('utf8')) as Usage;
      return { usage: fleet.scope === undefined ? usage : ownUsage(usage, engine) };
    }
    if (status === 400) throw new BaleenError('request/invalid', refusalText(body.toString('utf8')));
    throw new BaleenError('engine/bad-answer', `node ${engine.name} answers ${status} to its disk usage`);
  } catch (error) {
    const failure = asFailure(error, engine);
    fleet.logger.warn({ engine: engine.key, reason: failure.message }, 'disk usage of an engine is unknown');
    return { failure };
  }
}

function asFailure(error: unknown, engine: FleetEngine): BaleenError {
  if (error instanceof BaleenError) return error;
  if (!(error instanceof SyntaxError)) throw error;
  return new BaleenError('engine/bad-answer', `the disk usage of node ${engine.name} is no JSON`, { cause: error });
}
