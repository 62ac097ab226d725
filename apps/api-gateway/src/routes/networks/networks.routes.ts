import { z } from 'zod';
import { BaleenError } from '#contracts';
import { replaceMembers } from '#docker-api';
import { healthyEngine } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { type FleetContainer, findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import { findNetwork, predefinedNetworks } from '../../fleet-view/lookup/network-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { querySuffix, respondAnswer } from '../engine-answer.ts';
import { parseFilters } from '../list-filters.ts';
import { createPlaced, pinned, readPlacedBody } from '../placed-object.ts';
import { respondArray } from '../respond-array.ts';
import { shownName } from '../shown-names.ts';
import { networkFilters, selectNetworks } from './network-list.ts';

const inspectMs = 15_000;
const changeMs = 60_000;

const EndpointBody = z.looseObject({ Container: z.string().min(1) });

/** `/networks`: a network of the fleet is an engine's own; the scheduler chooses which, and its containers follow it. */
export function networkRoutes(fleet: Fleet): Route[] {
  return [
    { method: 'GET', path: '/networks', handle: (exchange) => list(fleet, exchange) },
    { method: 'GET', path: '/networks/', handle: (exchange) => list(fleet, exchange) },
    { method: 'GET', path: '/networks/{id}', handle: (exchange) => inspect(fleet, exchange) },
    { method: 'POST', path: '/networks/create', handle: (exchange) => create(fleet, exchange) },
    { method: 'DELETE', path: '/networks/{id}', handle: (exchange) => remove(fleet, exchange) },
    { method: 'POST', path: '/networks/{id}/connect', handle: (exchange) => changeEndpoint(fleet, exchange, 'connect') },
    { method: 'POST', path: '/networks/{id}/disconnect', handle: (exchange) => changeEndpoint(fleet, exchange, 'disconnect') },
  ];
}

async function list(fleet: Fleet, exchange: Exchange): Promise<void> {
  const view = await currentView(fleet);
  const networks = selectNetworks(view, parseFilters(exchange.query.get('filters'), networkFilters));
  const rows = networks.map((network) => {
    const name = predefinedNetworks.has(network.facts.name) ? network.facts.name : shownName(view, 'network', network);
    return name === network.facts.name ? network.summary : replaceMembers(network.summary, { Name: JSON.stringify(name) });
  });
  await respondArray(exchange, rows);
}

async function inspect(fleet: Fleet, exchange: Exchange): Promise<void> {
  const reference = exchange.param('id');
  const view = await currentView(fleet);
  const [network] = findNetwork(view, reference);
  const engine = healthyEngine(view, network.engine, `network ${reference}`);
  const { status, body } = await fleet.daemons.call(engine, {
    method: 'GET',
    path: `/networks/${network.facts.id}${querySuffix(exchange.rawQuery)}`,
    apiVersion: exchange.apiVersion,
    timeoutMs: inspectMs,
    signal: exchange.signal,
  });
  exchange.respond(status, body);
}

async function create(fleet: Fleet, exchange: Exchange): Promise<void> {
  const body = await readPlacedBody(fleet, exchange);
  const view = await currentView(fleet);
  const { name, node } = pinned(view, body.Name ?? '');
  const existing = view
    .find('network', name)
    .filter((network) => node === undefined || view.engine(network.engine)?.name === node);
  if (name !== '' && existing.length > 0) throw new BaleenError('request/conflict', `network with name ${name} already exists`);
  respondAnswer(exchange, await createPlaced(fleet, exchange, 'network', { ...body, Name: name }, node));
}

async function remove(fleet: Fleet, exchange: Exchange): Promise<void> {
  const reference = exchange.param('id');
  const view = await currentView(fleet);
  const [network] = findNetwork(view, reference);
  const engine = healthyEngine(view, network.engine, `network ${reference}`);
  const { answer, sequence } = await fleet.commands.call(engine.key, {
    method: 'DELETE',
    path: `/networks/${network.facts.id}`,
    apiVersion: exchange.apiVersion,
    touched: { networks: true },
    timeoutMs: changeMs,
  });
  await fleet.follower.reached(sequence);
  respondAnswer(exchange, answer);
}

async function changeEndpoint(fleet: Fleet, exchange: Exchange, verb: 'connect' | 'disconnect'): Promise<void> {
  const parsed = EndpointBody.safeParse(await exchange.readJson(fleet.config.bodyLimitBytes));
  if (!parsed.success) throw new BaleenError('request/invalid', 'invalid JSON: Container is missing');
  const view = await currentView(fleet);
  const container = findContainer(view, parsed.data.Container);
  const engine = healthyEngine(view, container.engine, `Container ${parsed.data.Container}`);
  const { answer, sequence } = await fleet.commands.call(engine.key, {
    method: 'POST',
    path: `/networks/${networkBeside(view, exchange.param('id'), container)}/${verb}`,
    apiVersion: exchange.apiVersion,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...parsed.data, Container: container.facts.id }),
    touched: { containers: [container.facts.id], networks: true },
    timeoutMs: changeMs,
  });
  await fleet.follower.reached(sequence);
  respondAnswer(exchange, answer);
}

/** ID of the network on the container's own engine: every engine has its own `bridge`, and plain names may repeat. */
function networkBeside(view: FleetView, reference: string, container: FleetContainer): string {
  const beside = view.find('network', reference).find((network) => network.engine === container.engine);
  if (beside !== undefined) return beside.facts.id;
  const holders = findNetwork(view, reference);
  const held = holders.find((network) => network.engine === container.engine);
  if (held !== undefined) return held.facts.id;
  const node = view.engine(container.engine)?.name;
  throw new BaleenError('request/not-found', `network ${reference} not found on node ${node}, where the container is`);
}
