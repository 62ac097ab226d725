import { member, replaceMembers } from '#docker-api';
import { healthyEngine } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { Route } from '../../http/router.ts';
import { querySuffix } from '../engine-answer.ts';
import { reachableBindings } from './published-ports.ts';

/** `--size` walks the container's file system; without it an inspect takes milliseconds. */
const inspectMs = 30_000;

/** GET /containers/{id}/json: live, the daemon's own bytes with the node added and published ports made reachable. */
export function containerInspectRoute(fleet: Fleet): Route {
  return {
    method: 'GET',
    path: '/containers/{id}/json',
    semantics: 'container',
    note: 'adds Node; published ports at the address that works',
    handle: async (exchange) => {
      const reference = exchange.param('id');
      const view = await currentView(fleet);
      const container = findContainer(view, reference);
      const engine = healthyEngine(view, container.engine, `Container ${reference}`);
      const { status, body } = await fleet.daemons.call(engine, {
        method: 'GET',
        path: `/containers/${container.facts.id}/json${querySuffix(exchange.rawQuery)}`,
        apiVersion: exchange.apiVersion,
        timeoutMs: inspectMs,
        signal: exchange.signal,
      });
      exchange.respond(status, status === 200 ? withNode(body, engine) : body);
    },
  };
}

/** The inspect as the fleet shows it (spec/classic-swarm.md 8.6). */
function withNode(body: Buffer, engine: FleetEngine): Buffer {
  const { identity } = engine;
  const node = {
    ID: identity?.id ?? '',
    IP: engine.ip,
    Addr: engine.address,
    Name: engine.name,
    Cpus: identity?.cpus ?? 0,
    Memory: identity?.memoryBytes ?? 0,
    Labels: identity?.labels ?? {},
  };
  const settings = member(body, 'NetworkSettings');
  const ports = settings && member(settings, 'Ports');
  const edited = replaceMembers(body, { Node: JSON.stringify(node) });
  if (settings === undefined || ports === undefined || engine.ip === '') return edited;
  const bindings = JSON.parse(ports.toString('utf8')) as Parameters<typeof reachableBindings>[0] | null;
  if (bindings === null) return edited;
  const rewritten = replaceMembers(settings, { Ports: JSON.stringify(reachableBindings(bindings, engine.ip)) });
  return replaceMembers(edited, { NetworkSettings: rewritten });
}
