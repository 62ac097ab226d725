import { BaleenError } from '#contracts';
import { needs } from '../../access/access-rule.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { type ContainerLocator, locateReachable } from '../../relay/container-locator.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { relayHijack } from '../../relay/relay-hijack.ts';

/** What an attach is answered with, its errors too (docker-api.md 1.2, "Attach error"). */
const rawStream = { 'Content-Type': 'application/vnd.docker.raw-stream' };

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
      access: needs('exec'),
      note: 'with and without Upgrade',
      handle: (exchange) => refusingInText(exchange, () => attach('attach')(exchange)),
      hijack: true,
    },
    {
      method: 'GET',
      path: '/containers/{name}/attach/ws',
      semantics: 'container',
      access: needs('exec'),
      note: 'WebSocket',
      handle: attach('attach/ws'),
      hijack: true,
    },
  ];
}

/** Engines take an attach for a session before they look for its container: a refusal is plain text under the stream's type. */
async function refusingInText(exchange: Exchange, handle: () => Promise<void>): Promise<void> {
  try {
    await handle();
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    exchange.respond(error.status, Buffer.from(`${error.message}\r\n`), rawStream);
  }
}
