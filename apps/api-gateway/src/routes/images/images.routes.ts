import { BaleenError } from '#contracts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { imageChangeRoutes } from './image-changes.ts';
import { imageListRoute } from './image-list.routes.ts';
import { pullForClient } from './image-pull.ts';
import { imageReadRoutes } from './image-reads.ts';

/** What a fleet does not do with images yet: where the result should go is not decided. */
const notServed: readonly [Route['path'], string][] = [
  ['/images/load', 'loading images'],
  ['/commit', 'committing containers'],
];

export function imageRoutes(fleet: Fleet): Route[] {
  return [
    imageListRoute(fleet),
    {
      method: 'POST',
      path: '/images/create',
      semantics: 'broadcast',
      note: 'a pull after a refused create goes to that create’s engine',
      handle: (exchange) => pull(fleet, exchange),
    },
    ...imageReadRoutes(fleet),
    ...imageChangeRoutes(fleet),
    ...notServed.map(([path, thing]): Route => ({ method: 'POST', path, semantics: 'refused', handle: () => refuse(thing) })),
  ];
}

/** A pull that follows a refused create goes to that create's engine; a pull of a user goes to all. */
async function pull(fleet: Fleet, exchange: Exchange): Promise<void> {
  const image = exchange.query.get('fromImage') ?? '';
  if (image === '') refuse('importing images');
  const tag = exchange.query.get('tag') ?? '';
  const reference = tag === '' ? image : `${image}${tag.includes(':') ? '@' : ':'}${tag}`;
  const registryAuth = exchange.header('x-registry-auth') ?? '';
  const view = await currentView(fleet);
  const remembered = fleet.pulls.engineFor(exchange.caller, reference);
  const target = remembered === undefined ? undefined : view.engine(remembered);
  if (registryAuth !== '') fleet.pulls.rememberCredentials(exchange.caller, reference, registryAuth);
  const engines = target?.isHealthy ? [target] : view.healthy();
  await pullForClient(fleet, exchange, engines, { query: exchange.rawQuery, registryAuth, apiVersion: exchange.apiVersion });
}

function refuse(thing: string): never {
  throw new BaleenError('request/not-served', `${thing} is not available on a fleet yet`);
}
