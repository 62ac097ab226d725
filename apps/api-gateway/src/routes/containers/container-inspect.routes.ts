import type { ContainerFacts, PublishMode } from '#contracts';
import { member, replaceMembers } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { type DaemonAnswer, healthyEngine } from '../../daemons/daemons.ts';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { FleetContainer } from '../../fleet-view/roll/fleet-container.ts';
import type { Exchange } from '../../http/exchange.ts';
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
    access: needs('inspect'),
    note: 'adds Node; published ports at the address that works',
    handle: async (exchange) => {
      const reference = exchange.param('id');
      await fleet.follower.ready;
      const likely = likelyContainer(fleet.follower.view, reference);
      // An ID never comes to mean another container.
      const isSure = likely?.facts.id === reference;
      const [early] = await Promise.all([
        likely === undefined ? undefined : outcome(inspect(fleet, exchange, likely)),
        isSure ? undefined : fleet.follower.upToDate(),
      ]);
      const { view } = fleet.follower;
      const container = findContainer(view, reference);
      const engine = healthyEngine(view, container.engine, `Container ${reference}`);
      const isAsked = likely?.facts.id === container.facts.id && likely.engine === container.engine;
      const asked = isAsked ? early : undefined;
      if (asked?.status === 'rejected') throw asked.reason;
      const { status, body } = asked?.value ?? (await inspect(fleet, exchange, container));
      exchange.respond(status, status === 200 ? shownInspect(body, engine, container.facts, fleet.config.publish) : body);
    },
  };
}

/** What the reference means as far as the view knows now: good enough to ask its engine at once, and to look behind the barrier whether it is so. */
function likelyContainer(view: FleetView, reference: string): FleetContainer | undefined {
  const byId = view.containersWithId(reference);
  const [only, ...others] = byId.length > 0 ? byId : view.find('container', reference);
  return others.length === 0 && only !== undefined && view.engine(only.engine)?.isHealthy ? only : undefined;
}

function inspect(fleet: Fleet, exchange: Exchange, container: FleetContainer): Promise<DaemonAnswer> {
  const { view } = fleet.follower;
  const engine = healthyEngine(view, container.engine, `Container ${container.facts.id}`);
  return fleet.daemons.call(engine, {
    method: 'GET',
    path: `/containers/${container.facts.id}/json${querySuffix(exchange.rawQuery)}`,
    apiVersion: exchange.apiVersion,
    timeoutMs: inspectMs,
    signal: exchange.signal,
  });
}

/** How it ended, whether or not anybody asks. */
async function outcome<T>(work: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [settled] = await Promise.allSettled([work]);
  return settled;
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
