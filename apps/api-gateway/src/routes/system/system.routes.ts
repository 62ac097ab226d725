import { BaleenError } from '#contracts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { querySuffix } from '../engine-answer.ts';
import { apiWindow } from './api-window.ts';
import { infoDocument } from './info-document.ts';
import { versionDocument } from './version-document.ts';

/** Answers of registries that engines pass on. */
const registryMs = 60_000;

/** `/_ping`, `/version`, `/info`, and what any one engine can answer for all. */
export function systemRoutes(fleet: Fleet): Route[] {
  return [
    { method: 'GET', path: '/_ping', handle: ping },
    { method: 'HEAD', path: '/_ping', handle: ping },
    {
      method: 'GET',
      path: '/version',
      handle: (exchange) => exchange.respond(200, versionDocument(fleet.version, apiWindow(fleet.follower.view), fleet.host)),
    },
    {
      method: 'GET',
      path: '/info',
      handle: async (exchange) => {
        // Also before the fleet is ready: this is where an operator looks for the reason.
        if (fleet.follower.isReady) await fleet.follower.barrier();
        exchange.respond(200, infoDocument(fleet.follower.view, infoOptions(fleet), fleet.clock.nowMs()));
      },
    },
    { method: 'POST', path: '/auth', handle: (exchange) => askAnyEngine(fleet, exchange) },
    { method: 'GET', path: '/images/search', handle: (exchange) => askAnyEngine(fleet, exchange) },
    { method: 'GET', path: '/distribution/{name}/json', handle: (exchange) => askAnyEngine(fleet, exchange) },
  ];
}

/** Never fails: a client that is refused here talks at its own newest version (spec/docker-api.md 1.1). */
function ping(exchange: Exchange): void {
  exchange.respond(200, Buffer.from('OK'), {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-cache, no-store, must-revalidate',
    Pragma: 'no-cache',
    'Builder-Version': '1',
    Swarm: 'inactive',
  });
}

function infoOptions({ config, version, host }: Fleet) {
  const { strategy, filters, cluster, clusterOpts } = config;
  return { strategy, filters, cluster, version, host, overcommit: clusterOpts.overcommit, cpuShares: clusterOpts.cpuShares };
}

/** Registry questions: every engine would answer alike, the first healthy one does. */
async function askAnyEngine(fleet: Fleet, exchange: Exchange): Promise<void> {
  const view = await currentView(fleet);
  const [engine] = view.healthy();
  if (engine === undefined) throw new BaleenError('placement/no-engine', 'no healthy engine in the fleet');
  const body = exchange.method === 'POST' ? await exchange.readBody(fleet.config.bodyLimitBytes) : undefined;
  const registryAuth = exchange.header('x-registry-auth');
  const { status, body: answer } = await fleet.daemons.call(engine, {
    method: exchange.method === 'POST' ? 'POST' : 'GET',
    path: `${exchange.path}${querySuffix(exchange.rawQuery)}`,
    apiVersion: exchange.apiVersion,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(registryAuth !== undefined && { 'x-registry-auth': registryAuth }),
    },
    ...(body !== undefined && { body: body.toString('utf8') }),
    timeoutMs: registryMs,
    signal: exchange.signal,
  });
  exchange.respond(status, answer.length === 0 ? undefined : answer);
}
