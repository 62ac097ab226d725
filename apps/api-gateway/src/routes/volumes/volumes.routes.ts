import type { EngineAnswer } from '#contracts';
import { needs } from '../../access/access-rule.ts';
import { healthyEngine } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import { type FleetVolume, findVolume, matchVolume } from '../../fleet-view/lookup/volume-lookup.ts';
import { engineTarget } from '../../fleet-view/view-locator.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { refuseOnOlderEngine } from '../../relay/refuse-on-older-engine.ts';
import { isDone, querySuffix, respondAnswer } from '../engine-answer.ts';
import { parseFilters } from '../list-filters.ts';
import { createOn, createPlaced, pinned, readPlacedBody } from '../placed-object.ts';
import { allVolumes, volumeFilters, volumesAnswer } from './volume-list.ts';

const inspectMs = 15_000;
/** Deleting a volume deletes its files. */
const removeMs = 300_000;

/** `/volumes`: a volume lives on one engine, chosen by the scheduler; containers that name it follow it. */
export function volumeRoutes(fleet: Fleet): Route[] {
  return [
    {
      method: 'GET',
      path: '/volumes',
      semantics: 'aggregate',
      access: needs('read'),
      note: 'a name that several nodes have is shown as node/name',
      handle: (exchange) => list(fleet, exchange),
    },
    {
      method: 'GET',
      path: '/volumes/{name}',
      semantics: 'broadcast',
      access: needs('read'),
      note: 'the engine that has it; 400 with the choices when several have the name',
      handle: (exchange) => inspect(fleet, exchange),
    },
    {
      method: 'POST',
      path: '/volumes/create',
      semantics: 'placed',
      access: needs('write', { judge: 'volume-create' }),
      note: 'a name that exists answers with the volume there is; placed by its labels and `X-Baleen-Constraint`',
      handle: (exchange) => create(fleet, exchange),
    },
    {
      method: 'DELETE',
      path: '/volumes/{name}',
      semantics: 'broadcast',
      access: needs('write'),
      note: 'shared volumes on every engine that lists them',
      handle: (exchange) => remove(fleet, exchange),
    },
  ];
}

async function list(fleet: Fleet, exchange: Exchange): Promise<void> {
  const view = await currentView(fleet);
  const filters = parseFilters(exchange.query.get('filters'), volumeFilters);
  exchange.respond(200, filters.size === 0 ? allVolumes(view) : volumesAnswer(view, filters));
}

async function inspect(fleet: Fleet, exchange: Exchange): Promise<void> {
  const reference = exchange.param('name');
  const view = await currentView(fleet);
  const [volume] = findVolume(view, reference);
  const { status, body } = await fleet.daemons.call(healthyEngine(view, volume.engine, `volume ${reference}`), {
    method: 'GET',
    path: `/volumes/${encodeURIComponent(volume.facts.name)}`,
    apiVersion: exchange.apiVersion,
    timeoutMs: inspectMs,
    signal: exchange.signal,
  });
  exchange.respond(status, body);
}

/** Creating a volume that exists answers with the one that exists, as an engine does. */
async function create(fleet: Fleet, exchange: Exchange): Promise<void> {
  const body = await readPlacedBody(fleet, exchange);
  const view = await currentView(fleet);
  const { name, node } = pinned(view, body.Name ?? '');
  const existing = name === '' ? undefined : matchVolume(view, node === undefined ? name : `${node}/${name}`);
  const named = { ...body, Name: name };
  if (existing === undefined) return respondAnswer(exchange, await createPlaced(fleet, exchange, 'volume', named, node));
  const engine = healthyEngine(view, existing[0].engine, `volume ${name}`);
  refuseOnOlderEngine(exchange, engineTarget(engine), named);
  respondAnswer(exchange, await createOn(fleet, exchange, engine.key, 'volume', named));
}

/**
 * One engine after the other where several know the volume (a driver other than `local`): the first removes what they share, the
 * others forget it, and may have done so already. The first refusal is the answer. With `force` what is not there counts as removed.
 */
async function remove(fleet: Fleet, exchange: Exchange): Promise<void> {
  const reference = exchange.param('name');
  const view = await currentView(fleet);
  if (exchange.flag('force') && matchVolume(view, reference) === undefined) return exchange.respond(204);
  const copies = findVolume(view, reference);
  refuseOnOlderEngine(exchange, engineTarget(healthyEngine(view, copies[0].engine, `volume ${reference}`)));
  let isRemoved = false;
  for (const copy of copies) {
    if (view.engine(copy.engine)?.isHealthy !== true) continue;
    const answer = await removeOn(fleet, exchange, copy);
    const isGone = isDone(answer.status) || (isRemoved && answer.status === 404);
    if (!isGone) return respondAnswer(exchange, answer);
    isRemoved = true;
  }
  exchange.respond(204);
}

async function removeOn(fleet: Fleet, exchange: Exchange, { engine, facts }: FleetVolume): Promise<EngineAnswer> {
  const { answer, sequence } = await fleet.commands.call(engine, {
    method: 'DELETE',
    path: `/volumes/${encodeURIComponent(facts.name)}${querySuffix(exchange.rawQuery)}`,
    apiVersion: exchange.apiVersion,
    touched: { volumes: true },
    timeoutMs: removeMs,
  });
  await fleet.follower.reached(sequence);
  return answer;
}
