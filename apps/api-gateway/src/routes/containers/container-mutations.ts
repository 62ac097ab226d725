import { BaleenError, type EngineReply, type EngineRequest } from '#contracts';
import { needs } from '../../access/access-rule.ts';
import { seenHere } from '../../commands/seen-here.ts';
import { healthyEngine } from '../../daemons/daemons.ts';
import type { Fleet } from '../../fleet.ts';
import { currentView } from '../../fleet.ts';
import { engineReference } from '../../fleet-view/engine-reference.ts';
import { isWholeId, matchContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { FleetContainer } from '../../fleet-view/roll/fleet-container.ts';
import { engineTarget } from '../../fleet-view/view-locator.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { refuseOnOlderEngine } from '../../relay/refuse-on-older-engine.ts';
import { querySuffix, respondAnswer } from '../engine-answer.ts';

/** Signals, cgroup changes and the start of a process: seconds, unless the disk is slow. */
const promptMs = 60_000;
/** A start mounts, sets up the network and waits for the runtime. */
const startMs = 120_000;
/** Added to the time that a stop gives the process, for the kill after it and the unmounting. */
const stopMarginMs = 30_000;
/** A stop without a time, or without an end (`-t -1`), lasts as long as the container's own stop timeout, unknown here. */
const longestStopMs = 600_000;
/** A forced removal kills first, then deletes the file system and volumes. */
const removeMs = 300_000;

type Verb = {
  readonly name: string;
  /** What an engine says before `No such container`. */
  readonly complaint?: (reference: string) => string;
  readonly timeoutMs: (exchange: Exchange) => number;
  /** Its published ports are to be reached when it is answered. */
  readonly opensPorts?: true;
};

const verbs: readonly Verb[] = [
  { name: 'start', timeoutMs: () => startMs, opensPorts: true },
  { name: 'stop', timeoutMs: stopTimeoutMs },
  { name: 'restart', timeoutMs: (exchange) => stopTimeoutMs(exchange) + startMs, opensPorts: true },
  { name: 'kill', timeoutMs: () => promptMs, complaint: (reference) => `cannot kill container: ${reference}: ` },
  { name: 'pause', timeoutMs: () => promptMs },
  { name: 'unpause', timeoutMs: () => promptMs },
];

/** POST /containers/{id}/start stop restart kill pause unpause and DELETE: through the engine's owner, answered as the daemon did. */
export function containerMutationRoutes(fleet: Fleet): Route[] {
  const routes = verbs.map(
    (verb): Route => ({
      method: 'POST',
      path: `/containers/{id}/${verb.name}`,
      semantics: 'container',
      access: needs('write'),
      handle: async (exchange) => {
        const container = (await locate(fleet, exchange.param('id'))) ?? notFound(exchange.param('id'), verb.complaint);
        const reference = engineReference(container.facts, exchange.param('id'));
        const path = `/containers/${reference}/${verb.name}${querySuffix(exchange.rawQuery)}`;
        const mutate = () => mutateContainer(fleet, exchange, container, { path, timeoutMs: verb.timeoutMs(exchange) });
        const { answer } = await (verb.opensPorts ? withPorts(fleet, container, mutate) : mutate());
        respondAnswer(exchange, answer);
      },
    }),
  );
  return [...routes, removeRoute(fleet)];
}

/** One mutation of one container; resolves once its effect is in this gateway's view. */
export async function mutateContainer(
  fleet: Fleet,
  exchange: Exchange,
  container: FleetContainer,
  call: Pick<EngineRequest<'call'>, 'path' | 'timeoutMs' | 'body' | 'term'> & {
    readonly method?: string;
    readonly touched?: EngineRequest<'call'>['touched'];
  },
): Promise<EngineReply<'call'>> {
  const engine = healthyEngine(fleet.follower.view, container.engine, `Container ${exchange.param('id')}`);
  exchange.note({ engine: engine.key });
  refuseOnOlderEngine(exchange, engineTarget(engine), call.body === undefined ? undefined : Buffer.from(call.body));
  const reply = await fleet.commands.call(engine.key, {
    method: 'POST',
    apiVersion: exchange.apiVersion,
    touched: { containers: [container.facts.id] },
    mayAnswerEarly: true,
    ...(call.body !== undefined && call.body !== '' && { headers: { 'content-type': 'application/json' } }),
    ...call,
  });
  await seenHere(fleet, engine.key, reply);
  return reply;
}

/** Refused before anything is done when this gateway could not listen; answered once it does. */
async function withPorts(
  { follower, forwards }: Fleet,
  container: FleetContainer,
  start: () => Promise<EngineReply<'call'>>,
): Promise<EngineReply<'call'>> {
  const engine = follower.view.engine(container.engine);
  if (engine !== undefined) await forwards.demand(engine, container);
  const reply = await start();
  await forwards.settled(container.facts.id);
  return reply;
}

function removeRoute(fleet: Fleet): Route {
  return {
    method: 'DELETE',
    path: '/containers/{id}',
    semantics: 'container',
    access: needs('write', { judge: 'container-remove' }),
    handle: async (exchange) => {
      const { reference, path } = removalOf(exchange);
      const container = (await locate(fleet, reference)) ?? notFound(reference);
      const { answer } = await mutateContainer(fleet, exchange, container, {
        method: 'DELETE',
        path: `/containers/${path ?? engineReference(container.facts, reference)}${querySuffix(exchange.rawQuery)}`,
        timeoutMs: removeMs,
        touched: { containers: [container.facts.id], volumes: exchange.flag('v') },
      });
      respondAnswer(exchange, answer);
    },
  };
}

/** With `link=1` the path names a link, `container/alias`, which the engine must get as it is. */
function removalOf(exchange: Exchange): { reference: string; path?: string } {
  const reference = exchange.param('id');
  if (!exchange.flag('link')) return { reference };
  const link = reference.replace(/^\//, '');
  const [owner = link] = link.split('/');
  return { reference: owner, path: link.split('/').map(encodeURIComponent).join('/') };
}

/** By a whole ID it is known at once, like for streams (`ViewLocator`): its engine says whether it is still there. */
async function locate(fleet: Fleet, reference: string): Promise<FleetContainer | undefined> {
  await fleet.follower.ready;
  const known = isWholeId(reference) ? matchContainer(fleet.follower.view, reference) : undefined;
  return known ?? matchContainer(await currentView(fleet), reference);
}

function notFound(reference: string, complaint?: (reference: string) => string): never {
  throw new BaleenError('request/not-found', `${complaint?.(reference) ?? ''}No such container: ${reference}`);
}

function stopTimeoutMs(exchange: Exchange): number {
  const seconds = exchange.query.get('t');
  if (seconds === null || !/^\d+$/.test(seconds)) return longestStopMs;
  return Math.min(Number(seconds) * 1_000 + stopMarginMs, longestStopMs);
}
