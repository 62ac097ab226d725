import type { Route } from '../../http/router.ts';
import type { ContainerLocator } from '../../relay/container-locator.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { execRoutes } from '../exec/exec.routes.ts';
import { ExecIndex } from '../exec/exec-index.ts';
import { attachRoutes } from './attach.routes.ts';
import { relayedRoutes } from './relayed.routes.ts';

export type StreamRouteDeps = { readonly locator: ContainerLocator; readonly caller: EngineCaller };

/** Everything that goes to a container's engine directly: sessions, live reads, archives. */
export function streamRoutes({ locator, caller }: StreamRouteDeps): Route[] {
  const execs = new ExecIndex(locator, caller);
  return [...relayedRoutes(locator, caller), ...attachRoutes(locator, caller), ...execRoutes(locator, caller, execs)];
}
