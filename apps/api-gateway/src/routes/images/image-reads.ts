import { pipeline } from 'node:stream/promises';
import { BaleenError } from '#contracts';
import { type DaemonAnswer, healthyEngine } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { findImages } from '../../fleet-view/lookup/image-lookup.ts';
import { engineTarget } from '../../fleet-view/view-locator.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { refuseOnOlderEngine } from '../../relay/refuse-on-older-engine.ts';
import { querySuffix } from '../engine-answer.ts';

const inspectMs = 15_000;
/** Saving and pushing begin when layers have been read. */
const transferHeadMs = 120_000;

/** What one holder of an image answers for the fleet: inspect, history, save, push. */
export function imageReadRoutes(fleet: Fleet): Route[] {
  const read = (action: 'json' | 'history'): Route => ({
    method: 'GET',
    path: `/images/{name}/${action}`,
    semantics: 'image',
    handle: async (exchange) => {
      const { status, body } = await askHolder(fleet, exchange, action);
      exchange.respond(status, body);
    },
  });
  return [
    read('json'),
    read('history'),
    {
      method: 'GET',
      path: '/images/get',
      semantics: 'image',
      note: 'an engine that has all names',
      handle: (exchange) => save(fleet, exchange, exchange.query.getAll('names')),
    },
    {
      method: 'GET',
      path: '/images/{name}/get',
      semantics: 'image',
      handle: (exchange) => save(fleet, exchange, [exchange.param('name')]),
    },
    { method: 'POST', path: '/images/{name}/push', semantics: 'image', handle: (exchange) => push(fleet, exchange) },
  ];
}

/** The next holder is asked when one does not answer: a dead engine must not hide an image that others have. */
async function askHolder(fleet: Fleet, exchange: Exchange, action: string): Promise<DaemonAnswer> {
  const reference = exchange.param('name');
  const view = await currentView(fleet);
  const copies = findImages(view, reference);
  let failure: unknown;
  for (const copy of copies) {
    try {
      const engine = healthyEngine(view, copy.engine, `image ${reference}`);
      refuseOnOlderEngine(exchange, engineTarget(engine));
      return await fleet.daemons.call(engine, {
        method: 'GET',
        path: `/images/${copy.facts.id}/${action}${querySuffix(exchange.rawQuery)}`,
        apiVersion: exchange.apiVersion,
        timeoutMs: inspectMs,
        signal: exchange.signal,
      });
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

async function save(fleet: Fleet, exchange: Exchange, names: readonly string[]): Promise<void> {
  const view = await currentView(fleet);
  if (names.length === 0) throw new BaleenError('request/invalid', 'no image names were given');
  const holders = names.map((name) => new Set(findImages(view, name).map((image) => image.engine)));
  const engine = view.healthy().find((candidate) => holders.every((keys) => keys.has(candidate.key)));
  if (engine === undefined)
    throw new BaleenError('request/not-found', `Unable to find a healthy engine containing all images: [${names.join(' ')}]`);
  await transfer(fleet, exchange, engine, 'GET', `${exchange.path}${querySuffix(exchange.rawQuery)}`);
}

async function push(fleet: Fleet, exchange: Exchange): Promise<void> {
  const name = exchange.param('name');
  const tag = exchange.query.get('tag') ?? '';
  const view = await currentView(fleet);
  const [image] = findImages(view, tag === '' ? name : `${name}:${tag}`);
  if (image === undefined) throw new Error('a lookup without result fails by itself');
  const engine = healthyEngine(view, image.engine, `image ${name}`);
  await transfer(fleet, exchange, engine, 'POST', `/images/${encodeURI(name)}/push${querySuffix(exchange.rawQuery)}`);
}

async function transfer(
  fleet: Fleet,
  exchange: Exchange,
  engine: FleetEngine,
  method: 'GET' | 'POST',
  path: string,
): Promise<void> {
  refuseOnOlderEngine(exchange, engineTarget(engine));
  const registryAuth = exchange.header('x-registry-auth');
  const answer = await fleet.daemons.stream(engine, {
    method,
    path,
    apiVersion: exchange.apiVersion,
    headers: {
      ...(method === 'POST' && { 'content-length': '0' }),
      ...(registryAuth !== undefined && { 'x-registry-auth': registryAuth }),
    },
    timeoutMs: transferHeadMs,
    signal: exchange.signal,
  });
  const type = answer.headers['content-type'];
  await pipeline(answer.body, exchange.stream(answer.status, type === undefined ? {} : { 'Content-Type': type }));
}
