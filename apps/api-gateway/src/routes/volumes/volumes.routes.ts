import { BaleenError } from '#contracts';
import { hasLabels, replaceMembers } from '#docker-api';
import { healthyEngine, refusalText } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { type FleetVolume, findVolume, findVolumes, matchVolumes } from '../../fleet-view/lookup/volume-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { isDone, querySuffix, respondAnswer } from '../engine-answer.ts';
import { type ListFilters, parseFilters } from '../list-filters.ts';
import { createOn, createPlaced, pinned, readPlacedBody } from '../placed-object.ts';
import { shownName } from '../shown-names.ts';
import { textMatcher } from '../text-match.ts';

const inspectMs = 15_000;
/** Deleting a volume deletes its files. */
const removeMs = 300_000;

/** `/volumes`: a volume lives on one engine, chosen by the scheduler; containers that name it follow it. */
export function volumeRoutes(fleet: Fleet): Route[] {
  return [
    { method: 'GET', path: '/volumes', handle: (exchange) => list(fleet, exchange) },
    { method: 'GET', path: '/volumes/{name}', handle: (exchange) => inspect(fleet, exchange) },
    { method: 'POST', path: '/volumes/create', handle: (exchange) => create(fleet, exchange) },
    { method: 'DELETE', path: '/volumes/{name}', handle: (exchange) => remove(fleet, exchange) },
  ];
}

async function list(fleet: Fleet, exchange: Exchange): Promise<void> {
  const view = await currentView(fleet);
  const rows = selectVolumes(view, parseFilters(exchange.query.get('filters'), volumeFilters)).map((volume) => {
    const name = shownName(view, 'volume', volume);
    return name === volume.facts.name ? volume.summary : replaceMembers(volume.summary, { Name: JSON.stringify(name) });
  });
  const separated = rows.flatMap((row, index) => (index === 0 ? [row] : [Buffer.from(','), row]));
  exchange.respond(200, Buffer.concat([Buffer.from('{"Volumes":['), ...separated, Buffer.from('],"Warnings":null}\n')]));
}

const volumeFilters: ReadonlySet<string> = new Set(['name', 'label', 'driver', 'dangling', 'node']);

function selectVolumes(view: FleetView, filters: ListFilters): FleetVolume[] {
  const named = textMatcher(filters.get('name') ?? []);
  const dangling = filters.get('dangling');
  const wantsDangling = dangling?.some((value) => value === 'true' || value === '1');
  const used = dangling === undefined ? new Set<string>() : usedVolumes(view);
  return [...view.objects('volume')]
    .filter(
      (volume) =>
        (!filters.has('name') || named(volume.facts.name)) &&
        hasLabels(volume.facts.labels, filters.get('label') ?? []) &&
        (filters.get('driver')?.includes(volume.facts.driver) ?? true) &&
        (filters.get('node')?.includes(view.engine(volume.engine)?.name ?? '') ?? true) &&
        (dangling === undefined || !used.has(`${volume.engine} ${volume.facts.name}`) === wantsDangling),
    )
    .sort((left, right) => (left.facts.name < right.facts.name ? -1 : 1));
}

function usedVolumes(view: FleetView): Set<string> {
  const used = new Set<string>();
  for (const { engine, facts } of view.objects('container'))
    for (const mount of facts.mounts) if (mount.type === 'volume') used.add(`${engine} ${mount.name}`);
  return used;
}

async function inspect(fleet: Fleet, exchange: Exchange): Promise<void> {
  const reference = exchange.param('name');
  const view = await currentView(fleet);
  const volume = findVolume(view, reference);
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
  const [existing] = name === '' ? [] : matchVolumes(view, node === undefined ? name : `${node}/${name}`);
  const named = { ...body, Name: name };
  if (existing === undefined) return respondAnswer(exchange, await createPlaced(fleet, exchange, 'volume', named, node));
  const engine = healthyEngine(view, existing.engine, `volume ${name}`);
  respondAnswer(exchange, await createOn(fleet, exchange, engine.key, 'volume', named));
}

/** A plain name removes the volume wherever it is; the first refusal is the answer, named by its node. */
async function remove(fleet: Fleet, exchange: Exchange): Promise<void> {
  const reference = exchange.param('name');
  const view = await currentView(fleet);
  const holders = findVolumes(view, reference);
  const path = `/volumes/${encodeURIComponent(holders[0].facts.name)}${querySuffix(exchange.rawQuery)}`;
  const answers = await Promise.all(
    holders.map(async (volume) => {
      const engine = healthyEngine(view, volume.engine, `volume ${reference}`);
      const call = { method: 'DELETE', path, apiVersion: exchange.apiVersion, touched: { volumes: true }, timeoutMs: removeMs };
      const { answer, sequence } = await fleet.commands.call(engine.key, call);
      await fleet.follower.reached(sequence);
      return { node: engine.name, answer };
    }),
  );
  const refused = answers.find(({ answer }) => !isDone(answer.status));
  if (refused === undefined) return exchange.respond(204);
  if (answers.length === 1) return respondAnswer(exchange, refused.answer);
  if (refused.answer.status === 409)
    throw new BaleenError('request/conflict', `${refused.node}: ${refusalText(refused.answer.body)}`);
  exchange.respond(refused.answer.status, { message: `${refused.node}: ${refusalText(refused.answer.body)}` });
}
