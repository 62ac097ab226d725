import { needs } from '../../access/access-rule.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import { matchImages } from '../../fleet-view/lookup/image-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { querySuffix } from '../engine-answer.ts';
import { transfer } from './engine-transfer.ts';
import { onFirstHolder } from './image-holders.ts';
import { saveForClient } from './image-save.ts';
import { withOwnContainers, withOwnNames } from './own-image-names.ts';

const inspectMs = 15_000;
/** Of a push: credentials of a registry at most, and those that engines take in a header fit into one. */
const pushBodyMaxBytes = 64 * 1024;

/** What one holder of an image answers for the fleet: inspect, history, save, push. */
export function imageReadRoutes(fleet: Fleet, caller: EngineCaller): Route[] {
  const read = (action: 'json' | 'history'): Route => ({
    method: 'GET',
    path: `/images/{name}/${action}`,
    semantics: 'image',
    access: needs('read'),
    handle: (exchange) => respondFromHolder(fleet, exchange, action),
  });
  return [
    read('json'),
    read('history'),
    {
      method: 'GET',
      path: '/images/get',
      semantics: 'image',
      access: needs('copy', { judge: 'image-save' }),
      note: 'images that no one engine has all of are brought to one first',
      raw: true,
      handle: (exchange) => saveForClient(fleet, caller, exchange, exchange.query.getAll('names')),
    },
    {
      method: 'GET',
      path: '/images/{name}/get',
      semantics: 'image',
      access: needs('copy', { judge: 'image-save' }),
      raw: true,
      handle: (exchange) => saveForClient(fleet, caller, exchange, [exchange.param('name')]),
    },
    {
      method: 'POST',
      path: '/images/{name}/push',
      semantics: 'image',
      access: needs('push', { judge: 'image-push' }),
      note: 'the engine that named the image last',
      handle: (exchange) => push(fleet, exchange),
    },
  ];
}

async function respondFromHolder(fleet: Fleet, exchange: Exchange, action: 'json' | 'history'): Promise<void> {
  const { apiVersion, signal } = exchange;
  const answer = await onFirstHolder(fleet, exchange, exchange.param('name'), async ({ engine, image }) => {
    const path = `/images/${image.facts.id}/${action}${querySuffix(exchange.rawQuery)}`;
    const { status, body } = await fleet.daemons.call(engine, { method: 'GET', path, apiVersion, timeoutMs: inspectMs, signal });
    if (fleet.scope === undefined || status !== 200) return { status, body };
    const named = withOwnNames(body, action, image, fleet.scope);
    return { status, body: action === 'json' ? withOwnContainers(named, fleet.follower.view) : named };
  });
  exchange.respond(answer.status, answer.body);
}

/** Of an image that no engine has any of them says so, where clients look for it: in the stream. */
async function push(fleet: Fleet, exchange: Exchange): Promise<void> {
  const name = exchange.param('name');
  const tag = exchange.query.get('tag') ?? '';
  const reference = tag === '' ? name : `${name}:${tag}`;
  const path = `/images/${encodeURI(name)}/push${querySuffix(exchange.rawQuery)}`;
  // Engines that get no credentials in a header look for them here, and refuse a push without a body.
  const asked = { method: 'POST', path, body: await exchange.readBody(pushBodyMaxBytes) } as const;
  const view = await currentView(fleet);
  const [other] = matchImages(view, reference).length > 0 ? [] : view.healthy();
  if (other !== undefined) return transfer(fleet, exchange, other, asked);
  await onFirstHolder(fleet, exchange, reference, ({ engine }) => transfer(fleet, exchange, engine, asked));
}
