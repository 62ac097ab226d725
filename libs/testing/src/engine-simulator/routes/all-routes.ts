import type { Routes } from '../http/route.ts';
import { archiveRoutes } from './archives.ts';
import { attachRoutes } from './attach.ts';
import { buildRoutes } from './build.ts';
import { containerListRoutes } from './container-list.ts';
import { containerReadRoutes } from './container-reads.ts';
import { containerRoutes } from './containers.ts';
import { execRoutes } from './exec.ts';
import { imageRoutes } from './images.ts';
import { logRoutes } from './logs.ts';
import { networkRoutes } from './networks.ts';
import { pruneRoutes } from './prune.ts';
import { systemRoutes } from './system.ts';
import { volumeRoutes } from './volumes.ts';

export const allRoutes: Routes = {
  ...systemRoutes,
  ...containerListRoutes,
  ...containerRoutes,
  ...containerReadRoutes,
  ...execRoutes,
  ...attachRoutes,
  ...logRoutes,
  ...archiveRoutes,
  ...imageRoutes,
  ...networkRoutes,
  ...volumeRoutes,
  ...pruneRoutes,
  ...buildRoutes,
};
