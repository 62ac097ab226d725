import { z } from 'zod';
import { Availability, BaleenError } from '#contracts';
import { hasLabels, inAnyCase } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { findNode } from '../../fleet-view/lookup/node-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { type ListFilters, parseFilters } from '../list-filters.ts';
import { valueWithoutRequest } from '../without-request.ts';
import { nodeDocument } from './node-document.ts';
import { removeNode } from './node-removal.ts';
import { taskDocuments } from './task-document.ts';
import { updateNode } from './update-node.ts';

const nodeFilters: ReadonlySet<string> = new Set(['id', 'label', 'membership', 'name', 'node.label', 'role']);
const taskFilters: ReadonlySet<string> = new Set(['id', 'name', 'node', 'desired-state', 'label', 'service', '_up-to-date']);

/** What `docker node update` changes; classic has no such thing, the Engine API's shape is used. */
const NodeSpec = inAnyCase(
  z.looseObject({
    Availability,
    Labels: z.record(z.string(), z.string()).nullish(),
    Role: z.string().nullish(),
  }),
);

const watching = needs('fleet', { tenants: 'refused' });
const changing = needs('admin', { tenants: 'refused', judge: 'plain-json' });

/** `/nodes`, and `/tasks` for `docker node ps`: the fleet's engines as nodes, though no client is told of a swarm. */
export function nodeRoutes(fleet: Fleet): Route[] {
  return [
    {
      method: 'GET',
      path: '/nodes',
      semantics: 'local',
      access: watching,
      note: 'the engines as nodes',
      handle: (exchange) => list(fleet, exchange),
    },
    {
      method: 'GET',
      path: '/nodes/{id}',
      semantics: 'local',
      access: needs('fleet', { tenants: 'hidden' }),
      handle: async (exchange) => exchange.respond(200, nodeDocument(findNode(await currentView(fleet), exchange.param('id')))),
    },
    {
      method: 'POST',
      path: '/nodes/{id}/update',
      semantics: 'local',
      access: changing,
      note: 'availability and labels',
      handle: (exchange) => update(fleet, exchange),
    },
    {
      method: 'DELETE',
      path: '/nodes/{id}',
      semantics: 'local',
      access: needs('admin', { tenants: 'refused' }),
      handle: (exchange) => removeNode(fleet, exchange),
    },
    {
      method: 'GET',
      path: '/tasks',
      semantics: 'local',
      access: watching,
      note: 'the containers as tasks',
      handle: (exchange) => tasks(fleet, exchange),
    },
  ];
}

async function list(fleet: Fleet, exchange: Exchange): Promise<void> {
  const filters = parseFilters(exchange.query.get('filters'), nodeFilters);
  const engines = (await currentView(fleet)).members().filter((engine) => isWanted(engine, filters));
  exchange.respond(200, engines.map(nodeDocument));
}

function isWanted(engine: FleetEngine, filters: ListFilters): boolean {
  const begins = (text: string, values: readonly string[] | undefined) =>
    values === undefined || values.some((value) => text.startsWith(value));
  return (
    begins(engine.nodeId, filters.get('id')) &&
    begins(engine.name, filters.get('name')) &&
    hasLabels(engine.identity?.labels ?? {}, filters.get('label')) &&
    hasLabels(engine.wish?.labels ?? {}, filters.get('node.label')) &&
    (filters.get('role')?.includes('worker') ?? true) &&
    (filters.get('membership')?.includes('accepted') ?? true)
  );
}

async function update(fleet: Fleet, exchange: Exchange): Promise<void> {
  const parsed = NodeSpec.safeParse(await exchange.readJson(fleet.config.bodyLimitBytes));
  if (!parsed.success) throw new BaleenError('request/invalid', `invalid node specification: ${z.prettifyError(parsed.error)}`);
  const version = Number(exchange.query.get('version'));
  if (exchange.query.get('version') === null || !Number.isInteger(version))
    throw new BaleenError('request/invalid', `invalid node version '${exchange.query.get('version') ?? ''}'`);
  const engine = findNode(await currentView(fleet), exchange.param('id'));
  const { Availability: availability, Labels: labels, Role: role } = parsed.data;
  if (role === 'manager')
    throw new BaleenError(
      'request/not-served',
      `node ${engine.name} cannot be promoted: a fleet has no managers, any gateway answers any request`,
    );
  await updateNode(fleet, { key: engine.key, version, availability, labels: labels ?? {} }, exchange.signal);
  exchange.respond(200);
}

async function tasks(fleet: Fleet, exchange: Exchange): Promise<void> {
  const filters = parseFilters(exchange.query.get('filters'), taskFilters);
  const view = await currentView(fleet);
  const wanted = filters.get('node');
  const engines = wanted === undefined ? view.visible() : wanted.map((reference) => findNode(view, reference));
  const documents = engines.flatMap((engine) => taskDocuments(engine));
  const states = filters.get('desired-state');
  const shown = states === undefined ? documents : documents.filter((task) => states.includes(task.DesiredState));
  exchange.respond(200, exchange.mayInspect ? shown : valueWithoutRequest(shown));
}
