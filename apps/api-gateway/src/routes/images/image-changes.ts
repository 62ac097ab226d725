import { BaleenError } from '#contracts';
import { normaliseImage } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetImage } from '../../fleet-view/lookup/image-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { isDone, querySuffix, respondAnswer } from '../engine-answer.ts';
import { failureAnswer, type NodeAnswer, respondRefusals } from '../node-answer.ts';
import { capableHolders } from './capable-holders.ts';
import { heldImages } from './held-images.ts';
import type { Holder } from './image-holders.ts';
import { meantImages } from './meant-images.ts';

const tagMs = 30_000;
/** Deleting layers deletes their files. */
const removeMs = 300_000;

/** Tag and remove, on every healthy engine that has the image, so that a name means the same everywhere. */
export function imageChangeRoutes(fleet: Fleet): Route[] {
  return [
    {
      method: 'POST',
      path: '/images/{name}/tag',
      semantics: 'broadcast',
      access: needs('write', { judge: 'image-tag' }),
      note: 'all engines that have the image',
      handle: (exchange) => tag(fleet, exchange),
    },
    {
      method: 'DELETE',
      path: '/images/{name}',
      semantics: 'broadcast',
      access: needs('write', { judge: 'image-remove' }),
      note: 'all engines that have it, those with containers of it first: when one of them refuses, nothing is removed elsewhere',
      handle: (exchange) => remove(fleet, exchange),
    },
  ];
}

/** `isLost`: the answer is not the engine's own, it could not be reached. */
type Outcome = NodeAnswer & { readonly isLost: boolean };

async function tag(fleet: Fleet, exchange: Exchange): Promise<void> {
  const name = exchange.param('name');
  const view = await currentView(fleet);
  const holders = healthyHolders(view, await meantImages(fleet, await heldImages(fleet, view, name, exchange), exchange), name);
  const suffix = querySuffix(exchange.rawQuery);
  const outcomes = await Promise.all(
    holders.map((holder) => change(fleet, exchange, holder, 'POST', `/images/${holder.image.facts.id}/tag${suffix}`, tagMs)),
  );
  const refused = decisive(outcomes);
  if (refused.length > 0) return respondRefusals(exchange, refused);
  const done = outcomes.find(({ answer }) => isDone(answer.status));
  if (done !== undefined) respondAnswer(exchange, done.answer);
}

/** A host that refuses removes nothing; a fleet comes near to it by asking those first that have a reason to refuse. */
async function remove(fleet: Fleet, exchange: Exchange): Promise<void> {
  const name = exchange.param('name');
  const view = await currentView(fleet);
  const holders = healthyHolders(view, capableHolders(view, exchange, await heldImages(fleet, view, name, exchange)), name);
  const path = `/images/${encodeURI(name)}${querySuffix(exchange.rawQuery)}`;
  const removed = (some: readonly Holder[]) =>
    Promise.all(some.map((holder) => change(fleet, exchange, holder, 'DELETE', path, removeMs)));
  const first = await removed(holders.filter(isInUse));
  const isRefused = first.some(isRefusal);
  respondRemoval(exchange, isRefused ? first : [...first, ...(await removed(holders.filter((holder) => !isInUse(holder))))]);
}

function isInUse({ engine, image }: Holder): boolean {
  const { id, repoTags } = image.facts;
  const names = new Set(repoTags.map(normaliseImage));
  return [...engine.shelves.container.values()].some(
    ({ facts }) => facts.imageId === id || names.has(normaliseImage(facts.image)),
  );
}

function healthyHolders(view: FleetView, images: readonly FleetImage[], reference: string): readonly Holder[] {
  const holders = images.flatMap((image) => {
    const engine = view.engine(image.engine);
    return engine?.isHealthy ? [{ engine, image }] : [];
  });
  if (holders.length > 0) return holders;
  throw new BaleenError('engine/unhealthy', `image ${reference} is on unhealthy nodes only`);
}

async function change(
  fleet: Fleet,
  { apiVersion }: Exchange,
  { engine }: Holder,
  method: 'POST' | 'DELETE',
  path: string,
  timeoutMs: number,
): Promise<Outcome> {
  const node = engine.name;
  try {
    const call = { method, path, apiVersion, touched: { images: true }, timeoutMs };
    const { answer, sequence } = await fleet.commands.call(engine.key, call);
    await fleet.follower.reached(sequence);
    return { node, answer, isLost: false };
  } catch (error) {
    const answer = failureAnswer(error);
    fleet.logger.warn({ engine: engine.key, node, path, err: error }, 'an image was not changed on one node');
    return { node, answer, isLost: true };
  }
}

/** An engine's own no. One that has lost the image meanwhile has nothing to change, one that was lost itself is as an unhealthy one. */
function isRefusal({ answer, isLost }: Outcome): boolean {
  return !isLost && answer.status !== 404 && !isDone(answer.status);
}

/** What makes the whole a failure: a refusal anywhere, or that it was done nowhere. Empty when it was done. */
function decisive(outcomes: readonly Outcome[]): readonly Outcome[] {
  const refused = outcomes.filter(isRefusal);
  return refused.length > 0 || outcomes.some(({ answer }) => isDone(answer.status)) ? refused : outcomes;
}

/** What was removed anywhere, each layer once. A refusal is the answer; different ones with the nodes that refused. */
function respondRemoval(exchange: Exchange, outcomes: readonly Outcome[]): void {
  const refused = decisive(outcomes);
  if (refused.length > 0) return respondRefusals(exchange, refused);
  const done = outcomes.filter(({ answer }) => isDone(answer.status));
  const removed = done.flatMap(({ answer }) => JSON.parse(answer.body) as unknown[]);
  const distinct = [...new Map(removed.map((item) => [JSON.stringify(item), item])).values()];
  exchange.respond(200, distinct);
}
