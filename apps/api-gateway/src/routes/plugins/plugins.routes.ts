import { BaleenError } from '#contracts';
import { elements, member } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { querySuffix } from '../engine-answer.ts';
import { parseFilters } from '../list-filters.ts';
import { respondArray } from '../respond-array.ts';

/** Engines read their list of plugins from memory. */
const pluginsMs = 15_000;

const pluginFilters: ReadonlySet<string> = new Set(['capability', 'enabled']);

/** `/plugins`: what engines have. Nothing of it is kept: a fleet has few plugins and asks seldom. */
export function pluginRoutes(fleet: Fleet): Route[] {
  return [
    {
      method: 'GET',
      path: '/plugins',
      semantics: 'aggregate',
      access: needs('fleet', { tenants: 'refused' }),
      note: 'a plugin of several engines once',
      handle: (exchange) => list(fleet, exchange),
    },
    {
      method: 'GET',
      path: '/plugins/{name}/json',
      semantics: 'broadcast',
      access: needs('fleet', { tenants: 'hidden' }),
      note: 'the first engine that has it, else 404',
      handle: (exchange) => inspect(fleet, exchange),
    },
  ];
}

/** By name, each once: IDs are made at install and differ. An engine that fails is missing from the list. */
async function list(fleet: Fleet, exchange: Exchange): Promise<void> {
  parseFilters(exchange.query.get('filters'), pluginFilters);
  const bodies = await askAll(fleet, exchange, `/plugins${querySuffix(exchange.rawQuery)}`);
  const byName = new Map<string, Buffer>();
  for (const plugin of bodies.flatMap((body) => [...elements(body)])) {
    const name = member(plugin, 'Name')?.toString('utf8') ?? '';
    if (!byName.has(name)) byName.set(name, plugin);
  }
  await respondArray(exchange, byName.values());
}

/** 404, not 501, when nobody has it: `docker inspect` takes a 501 of this step for an error of its own (docker-api.md 1.1). */
async function inspect(fleet: Fleet, exchange: Exchange): Promise<void> {
  const name = exchange.param('name');
  const [plugin] = await askAll(fleet, exchange, `/plugins/${name.split('/').map(encodeURIComponent).join('/')}/json`);
  if (plugin === undefined) throw new BaleenError('request/not-found', `plugin "${name}" not found`);
  exchange.respond(200, plugin);
}

/** The bodies of the engines that answered 200, in the order of their names. */
async function askAll(fleet: Fleet, exchange: Exchange, path: string): Promise<Buffer[]> {
  const engines = (await currentView(fleet)).healthy();
  const bodies = await Promise.all(engines.map((engine) => ask(fleet, exchange, engine, path)));
  return bodies.filter((body) => body !== undefined);
}

async function ask(fleet: Fleet, exchange: Exchange, engine: FleetEngine, path: string): Promise<Buffer | undefined> {
  const { apiVersion, signal } = exchange;
  try {
    const { status, body } = await fleet.daemons.call(engine, { method: 'GET', path, apiVersion, timeoutMs: pluginsMs, signal });
    return status === 200 ? body : undefined;
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    fleet.logger.warn({ engine: engine.key, reason: error.message }, 'plugins of an engine are unknown');
    return undefined;
  }
}
