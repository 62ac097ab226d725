import { needs, open } from '../../access/access-rule.ts';
import type { Route } from '../../http/router.ts';
import type { TokenService } from '../../tokens/token-service.ts';

/** An address is a host name and a port, or a path. */
const addressMaxBytes = 512;
/** What `baleen join` asks for unless it is told otherwise. */
const defaultTtlSeconds = 180;
const plainText = { 'Content-Type': 'text/plain; charset=utf-8' };

/**
 * The token service's protocol (spec 2.7), on the admin listener: POST /clusters → a token; GET /clusters/{token} → JSON array of
 * addresses; POST /clusters/{token}?ttl=seconds registers the body; DELETE /clusters/{token}/{address} takes it off (Baleen's own).
 */
export function clusterRoutes(tokens: TokenService): Route[] {
  return [
    {
      method: 'POST',
      path: '/clusters',
      semantics: 'local',
      access: needs('admin', { tenants: 'refused' }),
      handle: async (exchange) => exchange.respond(200, Buffer.from(await tokens.create()), plainText),
    },
    {
      method: 'GET',
      path: '/clusters/{token}',
      semantics: 'local',
      // The token is the proof.
      access: open,
      handle: async (exchange) => exchange.respond(200, await tokens.entries(exchange.param('token'))),
    },
    {
      method: 'POST',
      path: '/clusters/{token}',
      semantics: 'local',
      // The token is the proof.
      access: open,
      handle: async (exchange) => {
        const address = (await exchange.readBody(addressMaxBytes)).toString('utf8').trim();
        const ttlSeconds = Number(exchange.query.get('ttl') ?? defaultTtlSeconds);
        await tokens.register(exchange.param('token'), address, ttlSeconds * 1_000);
        exchange.respond(200);
      },
    },
    {
      method: 'DELETE',
      path: '/clusters/{token}/{address}',
      semantics: 'local',
      // The token is the proof.
      access: open,
      handle: async (exchange) => {
        await tokens.deregister(exchange.param('token'), exchange.param('address'));
        exchange.respond(204);
      },
    },
  ];
}
