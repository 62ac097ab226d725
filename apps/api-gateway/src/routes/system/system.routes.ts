import { needs, open } from '../../access/access-rule.ts';
import type { Fleet } from '../../fleet.ts';
import type { FixedAnswer, Route } from '../../http/router.ts';
import { askAnyEngine } from '../any-engine.ts';
import { respondPieces } from '../respond-array.ts';
import { InfoDocument } from './info-document.ts';
import { versionDocument } from './version-document.ts';

/** `/_ping`, `/version`, `/info`, and what any one engine can answer for all. */
export function systemRoutes(fleet: Fleet): Route[] {
  const info = new InfoDocument(infoOptions(fleet));
  return [
    { method: 'GET', path: '/_ping', semantics: 'local', access: open, fixed: ping },
    { method: 'HEAD', path: '/_ping', semantics: 'local', access: open, fixed: ping },
    {
      method: 'GET',
      path: '/version',
      semantics: 'local',
      access: open,
      note: 'the API window of the fleet',
      fixed: (versions) => ({
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from(`${JSON.stringify(versionDocument(fleet.version, versions, fleet.host))}\n`),
      }),
    },
    {
      method: 'GET',
      path: '/info',
      semantics: 'local',
      access: needs('read'),
      note: 'sums; the nodes as SystemStatus rows',
      handle: async (exchange) => {
        // Also before the fleet is ready: this is where an operator looks for the reason.
        if (fleet.follower.isReady) await fleet.follower.upToDate();
        await respondPieces(exchange, info.pieces(fleet.follower.view, fleet.clock.nowMs(), exchange.apiVersion));
      },
    },
    {
      method: 'POST',
      path: '/auth',
      semantics: 'any',
      access: needs('pull', { judge: 'registry-login' }),
      note: 'the next one when the first cannot be reached',
      handle: (exchange) => askAnyEngine(fleet, exchange),
    },
    {
      method: 'GET',
      path: '/images/search',
      semantics: 'any',
      access: needs('pull', { judge: 'registry-search' }),
      note: 'the next one when the first cannot be reached',
      handle: (exchange) => askAnyEngine(fleet, exchange),
    },
    {
      method: 'GET',
      path: '/distribution/{name}/json',
      semantics: 'any',
      access: needs('pull', { judge: 'registry-image' }),
      note: 'the next one when the first cannot be reached',
      handle: (exchange) => askAnyEngine(fleet, exchange),
    },
  ];
}

/** Never fails: a client that is refused here talks at its own newest version (spec/docker-api.md 1.1). */
function ping(): FixedAnswer {
  return {
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-cache, no-store, must-revalidate',
      Pragma: 'no-cache',
      'Builder-Version': '2',
      Swarm: 'inactive',
    },
    body: Buffer.from('OK'),
  };
}

function infoOptions({ config, version, host, scope }: Fleet) {
  const { strategy, filters, cluster, clusterOpts, debug } = config;
  return {
    strategy,
    filters,
    cluster,
    version,
    host,
    debug,
    namesNodes: scope === undefined,
    overcommit: clusterOpts.overcommit,
    cpuShares: clusterOpts.cpuShares,
  };
}
