import type { ContainerFacts, PublishMode } from '#contracts';
import { member, replaceMembers } from '#docker-api';
import { healthyEngine } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { Route } from '../../http/router.ts';
import { querySuffix } from '../engine-answer.ts';
import { askedBindings, type Bindings, reachableBindings, shownAddress } from './published-ports.ts';

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
      exchange.respond(status, status === 200 ? shownInspect(body, engine, container.facts, fleet.config.publish) : body);
    },
  };
}

/** The inspect as the fleet shows it (spec/classic-swarm.md 8.6): with its node, and its ports where they are reached. */
function shownInspect(body: Buffer, engine: FleetEngine, facts: ContainerFacts, publish: PublishMode): Buffer {
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
  return replaceMembers(body, {
    Node: JSON.stringify(node),
    ...rewritten(body, 'NetworkSettings', 'Ports', (ports) => reachableBindings(ports, shownAddress(facts, engine, publish))),
    ...rewritten(body, 'HostConfig', 'PortBindings', (bindings) => askedBindings(bindings, facts)),
  });
}

/** The member `outer` with its member `inner` rewritten; nothing where there is none, or it stays as it is. */
function rewritten(
  body: Buffer,
  outer: string,
  inner: string,
  rewrite: (bindings: Bindings) => Bindings | undefined,
): Record<string, Buffer> {
  const whole = member(body, outer);
  const bytes = whole?.[0] === openBrace ? member(whole, inner) : undefined;
  if (whole === undefined || bytes === undefined) return {};
  const bindings = JSON.parse(bytes.toString('utf8')) as Bindings | null;
  const next = bindings === null ? undefined : rewrite(bindings);
  return next === undefined ? {} : { [outer]: replaceMembers(whole, { [inner]: JSON.stringify(next) }) };
}

const openBrace = 0x7b;
