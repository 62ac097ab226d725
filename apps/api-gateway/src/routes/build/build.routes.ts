import { needs } from '../../access/access-rule.ts';
import type { Fleet } from '../../fleet.ts';
import type { Route } from '../../http/router.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { BuildRelay } from './build-relay.ts';

/** Building with BuildKit and with the classic builder (docs/adr/0018). */
export function buildRoutes(deps: { readonly fleet: Fleet; readonly caller: EngineCaller }): Route[] {
  const relay = new BuildRelay(deps);
  return [
    {
      method: 'POST',
      path: '/grpc',
      hijack: true,
      handle: (exchange) => relay.grpc(exchange),
      semantics: 'builder',
      access: needs('build', { tenants: 'shared-builders' }),
      note: "BuildKit's API as h2c; the end of a solve waits until the fleet knows its image",
    },
    {
      method: 'POST',
      path: '/session',
      hijack: true,
      handle: (exchange) => relay.session(exchange),
      semantics: 'builder',
      access: needs('build', { tenants: 'shared-builders' }),
      note: 'on the engine of the build with this session, whichever comes first',
    },
    {
      method: 'POST',
      path: '/build',
      handle: (exchange) => relay.build(exchange),
      semantics: 'builder',
      access: needs('build', { tenants: 'shared-builders' }),
      note: 'classic builds are placed: constraint:, affinity: and whitelist: build args, memory, cpushares, platform',
    },
    {
      method: 'POST',
      path: '/build/cancel',
      handle: (exchange) => relay.cancel(exchange),
      semantics: 'builder',
      access: needs('build', { tenants: 'shared-builders' }),
      note: 'follows the build with this id',
    },
  ];
}
