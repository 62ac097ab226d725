import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { type ContainerLocator, locateReachable } from '../../relay/container-locator.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { relayHijack } from '../../relay/relay-hijack.ts';

/** Attach over a raw connection and over a WebSocket. A body (dockerode sends one) is dropped: engines never read it. */
export function attachRoutes(locator: ContainerLocator, caller: EngineCaller): Route[] {
  const attach = (action: string) => async (exchange: Exchange) => {
    const { id, engine } = await locateReachable(locator, exchange.param('name'));
    await relayHijack(caller, exchange, { engine, path: `/containers/${id}/${action}` });
  };
  return [
    {
      method: 'POST',
      path: '/containers/{name}/attach',
      semantics: 'container',
      note: 'with and without Upgrade',
      handle: attach('attach'),
      hijack: true,
    },
    {
      method: 'GET',
      path: '/containers/{name}/attach/ws',
      semantics: 'container',
      note: 'WebSocket',
      handle: attach('attach/ws'),
      hijack: true,
    },
  ];
}
