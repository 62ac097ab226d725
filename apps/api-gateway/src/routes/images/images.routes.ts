import { requirePlatform } from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import type { Fleet } from '../../fleet.ts';
import type { Route } from '../../http/router.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { imageChangeRoutes } from './image-changes.ts';
import { imageListRoute } from './image-list.routes.ts';
import { pullForClient } from './image-pull.ts';
import { imageReadRoutes } from './image-reads.ts';
import { importForClient, loadForClient } from './image-upload.ts';

export function imageRoutes(fleet: Fleet, caller: EngineCaller): Route[] {
  return [
    imageListRoute(fleet),
    {
      method: 'POST',
      path: '/images/create',
      semantics: 'broadcast',
      access: needs('pull', { judge: 'image-create' }),
      note: 'a pull for a refused create: its engine; an import: one engine; narrowed by `platform` and `X-Baleen-Constraint`',
      // An import's archive; a pull has no body and keeps its connection.
      raw: (query) => !query.get('fromImage'),
      handle: (exchange) => {
        const image = exchange.query.get('fromImage') ?? '';
        requirePlatform(exchange.query.get('platform') ?? '');
        return image === '' ? importForClient(fleet, caller, exchange) : pullForClient(fleet, exchange, image);
      },
    },
    {
      method: 'POST',
      path: '/images/load',
      semantics: 'broadcast',
      access: needs('pull', { tenants: 'refused' }),
      note: 'one upload for all healthy engines; narrowed by `platform` and `X-Baleen-Constraint`',
      raw: true,
      handle: (exchange) => loadForClient(fleet, caller, exchange),
    },
    ...imageReadRoutes(fleet, caller),
    ...imageChangeRoutes(fleet),
  ];
}
