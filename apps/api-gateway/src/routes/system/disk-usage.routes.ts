import { BaleenError } from '#contracts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { querySuffix } from '../engine-answer.ts';

/** Engines walk all file systems for it. */
const usageMs = 300_000;

type Usage = Record<string, unknown>;

/** GET /system/df: every healthy engine's, lists joined and sizes added up; an engine that fails is missing from the sums. */
export function diskUsageRoute(fleet: Fleet): Route {
  return {
    method: 'GET',
    path: '/system/df',
    handle: async (exchange) => {
      const engines = (await currentView(fleet)).healthy();
      const usages = await Promise.all(engines.map((engine) => usageOf(fleet, exchange, engine)));
      exchange.respond(200, joined(usages.filter((usage) => usage !== undefined)));
    },
  };
}

async function usageOf(fleet: Fleet, exchange: Exchange, engine: FleetEngine): Promise<Usage | undefined> {
  const path = `/system/df${querySuffix(exchange.rawQuery)}`;
  try {
    const request = {
      method: 'GET',
      path,
      apiVersion: exchange.apiVersion,
      timeoutMs: usageMs,
      signal: exchange.signal,
    } as const;
    const { status, body } = await fleet.daemons.call(engine, request);
    return status === 200 ? (JSON.parse(body.toString('utf8')) as Usage) : undefined;
  } catch (error) {
    if (!(error instanceof BaleenError || error instanceof SyntaxError)) throw error;
    fleet.logger.warn({ engine: engine.key, reason: error.message }, 'disk usage of an engine is unknown');
    return undefined;
  }
}

/** Members of all answers: numbers are added, lists joined; of anything else the first counts. */
export function joined(usages: readonly Usage[]): Usage {
  const total: Usage = { LayersSize: 0, Images: [], Containers: [], Volumes: [], BuildCache: [] };
  for (const usage of usages) {
    for (const [name, value] of Object.entries(usage)) {
      const sofar = total[name];
      if (typeof value === 'number') total[name] = value + (typeof sofar === 'number' ? sofar : 0);
      else if (Array.isArray(value))
        total[name] = [...(Array.isArray(sofar) ? (sofar as unknown[]) : []), ...(value as unknown[])];
      else total[name] = sofar ?? value;
    }
  }
  return total;
}
