import { z } from 'zod';
import { BaleenError, type EngineAnswer } from '#contracts';
import { inAnyCase, member, replaceMembers } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { newOperation } from '../../commands/new-operation.ts';
import { ReservationKeeper } from '../../commands/reservation-keeper.ts';
import { healthyEngine } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import { type Copies, isShared, predefinedNetworks } from '../../fleet-view/lookup/copies.ts';
import { type FleetNetwork, findNetwork } from '../../fleet-view/lookup/network-lookup.ts';
import { objectsNamed } from '../../fleet-view/lookup/plain-name.ts';
import { isCalled } from '../../fleet-view/lookup/split-node.ts';
import type { FleetContainer } from '../../fleet-view/roll/fleet-container.ts';
import { engineTarget } from '../../fleet-view/view-locator.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { refuseOnOlderEngine } from '../../relay/refuse-on-older-engine.ts';
import { isDone, querySuffix, respondAnswer } from '../engine-answer.ts';
import { parseFilters } from '../list-filters.ts';
import { bringAlong } from '../moves/bring-along.ts';
import { withChosenSubnets } from '../moves/network-anew.ts';
import { createPlaced, pinned, readPlacedBody } from '../placed-object.ts';
import { respondArray } from '../respond-array.ts';
import { endpointsOf, united } from './network-containers.ts';
import { allNetworks, networkFilters, networkRow, selectNetworks } from './network-list.ts';

const inspectMs = 15_000;
const changeMs = 60_000;

const EndpointBody = inAnyCase(z.looseObject({ Container: z.string().min(1) }));

/** `/networks`: a network of the fleet is an engine's own; the scheduler chooses which, and its containers follow it. */
export function networkRoutes(fleet: Fleet): Route[] {
  return [
    {
      method: 'GET',
      path: '/networks',
      semantics: 'aggregate',
      access: needs('read'),
      note: 'predefined and shared networks once',
      handle: (exchange) => list(fleet, exchange),
    },
    {
      method: 'GET',
      path: '/networks/',
      semantics: 'aggregate',
      access: needs('read'),
      note: 'as without the slash',
      handle: (exchange) => list(fleet, exchange),
    },
    {
      method: 'GET',
      path: '/networks/{id}',
      semantics: 'broadcast',
      access: needs('read'),
      note: 'with the containers of all engines that have it',
      handle: (exchange) => inspect(fleet, exchange),
    },
    {
      method: 'POST',
      path: '/networks/create',
      semantics: 'placed',
      access: needs('write', { judge: 'network-create' }),
      note: '409 when any engine has the name; placed by its labels and `X-Baleen-Constraint`',
      handle: (exchange) => create(fleet, exchange),
    },
    {
      method: 'DELETE',
      path: '/networks/{id}',
      semantics: 'broadcast',
      access: needs('write'),
      handle: (exchange) => remove(fleet, exchange),
    },
    {
      method: 'POST',
      path: '/networks/{id}/connect',
      semantics: 'container',
      access: needs('write', { judge: 'network-endpoint' }),
      note: 'the engine of the container in the body',
      handle: (exchange) => changeEndpoint(fleet, exchange, 'connect'),
    },
    {
      method: 'POST',
      path: '/networks/{id}/disconnect',
      semantics: 'container',
      access: needs('write', { judge: 'network-endpoint' }),
      note: 'the engine of the container in the body',
      handle: (exchange) => changeEndpoint(fleet, exchange, 'disconnect'),
    },
  ];
}

async function list(fleet: Fleet, exchange: Exchange): Promise<void> {
  const view = await currentView(fleet);
  const filters = parseFilters(exchange.query.get('filters'), networkFilters);
  if (filters.size === 0) return exchange.respond(200, allNetworks(view));
  const networks = selectNetworks(view, filters);
  await respondArray(
    exchange,
    networks.map((network) => networkRow(view, network)),
  );
}

/** Live, the daemon's own bytes; of a network that several engines have, with the containers of all of them. */
async function inspect(fleet: Fleet, exchange: Exchange): Promise<void> {
  const reference = exchange.param('id');
  const view = await currentView(fleet);
  const copies = findNetwork(view, reference);
  const [network] = copies;
  const engine = healthyEngine(view, network.engine, `network ${reference}`);
  const { status, body } = await fleet.daemons.call(engine, {
    method: 'GET',
    path: `/networks/${network.facts.id}${querySuffix(exchange.rawQuery)}`,
    apiVersion: exchange.apiVersion,
    timeoutMs: inspectMs,
    signal: exchange.signal,
  });
  // It was asked by ID (a `scope` may leave it out); the client is told the name that it gave.
  if (status === 404) throw new BaleenError('request/not-found', `network ${reference} not found`);
  const whole = status === 200 && copies.length > 1 ? withContainersOfAll(body, view, copies) : body;
  exchange.respond(status, status === 200 && fleet.scope !== undefined ? withOwnContainers(whole, view) : whole);
}

function withContainersOfAll(body: Buffer, view: FleetView, copies: Copies<'network'>): Buffer {
  const asked = JSON.parse(member(body, 'Containers')?.toString('utf8') ?? 'null') as Parameters<typeof united>[0] | null;
  return replaceMembers(body, { Containers: JSON.stringify(united(asked ?? {}, endpointsOf(view, copies))) });
}

/** Networks from birth are everybody's, who is in them is not. */
function withOwnContainers(body: Buffer, view: FleetView): Buffer {
  const all = JSON.parse(member(body, 'Containers')?.toString('utf8') ?? 'null') as Record<string, unknown> | null;
  const own = Object.entries(all ?? {}).filter(([id]) => view.containersWithId(id).length > 0);
  return replaceMembers(body, { Containers: JSON.stringify(Object.fromEntries(own)), Services: undefined, Peers: undefined });
}

/** A name is taken when any engine has it; one for a node (`node/name`) only when that node has it. */
async function create(fleet: Fleet, exchange: Exchange): Promise<void> {
  const body = await readPlacedBody(fleet, exchange);
  const view = await currentView(fleet);
  const { name, node } = pinned(view, body.Name ?? '');
  // As newer engines say it; older ones call it their own failure (500).
  if (name.trim() === '') throw new BaleenError('request/invalid', 'invalid name: name is empty');
  if (predefinedNetworks.has(name))
    throw new BaleenError('request/forbidden', `operation is not permitted on predefined ${name} network`);
  const existing = objectsNamed(view, 'network', name).flatMap((copies) => [...copies]);
  const isTaken = existing.some(({ engine }) => node === undefined || isOn(view, engine, node));
  if (isTaken) throw new BaleenError('request/conflict', `network with name ${name} already exists`);
  respondAnswer(exchange, await createPlaced(fleet, exchange, 'network', withChosenSubnets({ ...body, Name: name }), node));
}

function isOn(view: FleetView, key: string, node: string): boolean {
  const engine = view.engine(key);
  return engine !== undefined && isCalled(engine, node);
}

/** Of a network that spans engines not every engine may remove it (workers of a swarm): the next one is asked. */
async function remove(fleet: Fleet, exchange: Exchange): Promise<void> {
  const reference = exchange.param('id');
  const view = await currentView(fleet);
  const [first, ...others] = findNetwork(view, reference);
  const refusal = await removeOn(fleet, exchange, view, first);
  if (isDone(refusal.status) || !isShared(first)) return respondAnswer(exchange, refusal);
  for (const copy of others) {
    if (view.engine(copy.engine)?.isHealthy !== true) continue;
    const answer = await removeOn(fleet, exchange, view, copy);
    if (isDone(answer.status)) return respondAnswer(exchange, answer);
  }
  respondAnswer(exchange, refusal);
}

async function removeOn(fleet: Fleet, exchange: Exchange, view: FleetView, network: FleetNetwork): Promise<EngineAnswer> {
  const engine = healthyEngine(view, network.engine, `network ${exchange.param('id')}`);
  const { answer, sequence } = await fleet.commands.call(engine.key, {
    method: 'DELETE',
    path: `/networks/${network.facts.id}`,
    apiVersion: exchange.apiVersion,
    touched: { networks: true },
    timeoutMs: changeMs,
  });
  await fleet.follower.reached(sequence);
  return answer;
}

type EndpointChange = 'connect' | 'disconnect';

async function changeEndpoint(fleet: Fleet, exchange: Exchange, verb: EndpointChange): Promise<void> {
  const parsed = EndpointBody.safeParse(await exchange.readJson(fleet.config.bodyLimitBytes));
  if (!parsed.success) throw new BaleenError('request/invalid', 'invalid JSON: Container is missing');
  const view = await currentView(fleet);
  const container = findContainer(view, parsed.data.Container);
  const engine = healthyEngine(view, container.engine, `Container ${parsed.data.Container}`);
  refuseOnOlderEngine(exchange, engineTarget(engine), parsed.data);
  if (verb === 'connect') await bringToContainer(fleet, exchange.param('id'), container);
  const { answer, sequence } = await fleet.commands.call(engine.key, {
    method: 'POST',
    path: `/networks/${networkBeside(fleet.follower.view, exchange.param('id'), container, verb)}/${verb}`,
    apiVersion: exchange.apiVersion,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...parsed.data, Container: container.facts.id }),
    touched: { containers: [container.facts.id], networks: true },
    timeoutMs: changeMs,
  });
  await fleet.follower.reached(sequence);
  respondAnswer(exchange, answer);
}

/** A network that nothing uses comes to the engine of its first container, by whatever name it is called. */
async function bringToContainer(fleet: Fleet, reference: string, { engine }: FleetContainer): Promise<void> {
  const { view } = fleet.follower;
  if (view.find('network', reference).some((network) => network.engine === engine)) return;
  const [network] = findNetwork(view, reference);
  if (network.engine === engine || isShared(network) || predefinedNetworks.has(network.facts.name)) return;
  const operation = newOperation(fleet.randomness);
  const { moves, term } = await fleet.scheduler.ask('move', { operation, engine, networks: [network.facts.id] });
  if (moves.length === 0) return;
  const keeper = new ReservationKeeper(fleet, operation);
  keeper.start();
  try {
    await bringAlong(fleet, { moves, to: engine, term });
  } finally {
    keeper.stop('the network was brought, or it stays');
  }
}

/**
 * The network on the container's own engine: every engine has its own `bridge`, and plain names may repeat. By ID, but for one that
 * was removed while the container did not run: engines let go of that by the name under which the container has it.
 */
function networkBeside(view: FleetView, reference: string, container: FleetContainer, verb: EndpointChange): string {
  const beside = view.find('network', reference).find((network) => network.engine === container.engine);
  if (beside !== undefined) return beside.facts.id;
  if (verb === 'disconnect' && Object.hasOwn(container.facts.networks, reference)) return encodeURIComponent(reference);
  const copies = findNetwork(view, reference);
  // Of those from birth lists show one engine's ID, by which clients call the container's own.
  const { name } = copies[0].facts;
  const meant = predefinedNetworks.has(name) ? view.find('network', name) : copies;
  const held = meant.find((network) => network.engine === container.engine);
  if (held !== undefined) return held.facts.id;
  // A worker of a swarm learns of the swarm's network when its first container joins.
  if (isShared(copies[0])) return copies[0].facts.id;
  const node = view.engine(container.engine)?.name;
  throw new BaleenError('request/not-found', `network ${reference} not found on node ${node}, where the container is`);
}
