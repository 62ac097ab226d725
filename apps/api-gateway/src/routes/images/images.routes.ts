import type { Fleet } from '../../fleet.ts';
import type { Route } from '../../http/router.ts';
import { imageChangeRoutes } from './image-changes.ts';
import { imageListRoute } from './image-list.routes.ts';
import { pullForClient } from './image-pull.ts';
import { imageReadRoutes } from './image-reads.ts';
import { importForClient, loadForClient } from './image-upload.ts';

export function imageRoutes(fleet: Fleet): Route[] {
  return [
    imageListRoute(fleet),
    {
      method: 'POST',
      path: '/images/create',
      semantics: 'broadcast',
      note: 'a pull for a refused create: its engine; an import: one engine; narrowed by `platform` and `X-Baleen-Constraint`',
      handle: (exchange) => {
        const image = exchange.query.get('fromImage') ?? '';
        return image === '' ? importForClient(fleet, exchange) : pullForClient(fleet, exchange, image);
      },
    },
    {
      method: 'POST',
      path: '/images/load',
      semantics: 'broadcast',
      note: 'one upload for all healthy engines; narrowed by `platform` and `X-Baleen-Constraint`',
      handle: (exchange) => loadForClient(fleet, exchange),
    },
    ...imageReadRoutes(fleet),
    ...imageChangeRoutes(fleet),
  ];
}
