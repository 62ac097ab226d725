import type { Fleet } from '../fleet.ts';
import { refusedRoutes } from '../http/refused-routes.ts';
import type { Route } from '../http/router.ts';
import type { ContainerLocator } from '../relay/container-locator.ts';
import type { EngineCaller } from '../relay/engine-caller.ts';
import { buildRoutes } from './build/build.routes.ts';
import { checkpointRoutes } from './containers/checkpoint.routes.ts';
import { containerCommitRoute } from './containers/container-commit.routes.ts';
import { containerCreateRoute, explainRoute } from './containers/container-create.routes.ts';
import { containerInspectRoute } from './containers/container-inspect.routes.ts';
import { containerListRoute } from './containers/container-list.routes.ts';
import { containerMutationRoutes } from './containers/container-mutations.ts';
import { containerRenameRoute } from './containers/container-rename.ts';
import { containerUpdateRoute } from './containers/container-update.ts';
import { streamRoutes } from './containers/stream.routes.ts';
import { debugRoutes } from './debug/debug.routes.ts';
import { decisionRoute } from './decisions/decisions.routes.ts';
import type { EventHub } from './events/event-hub.ts';
import { eventsRoute } from './events/events.routes.ts';
import { imageAttestationsRoute } from './images/image-attestations.ts';
import { imageRoutes } from './images/images.routes.ts';
import { networkRoutes } from './networks/networks.routes.ts';
import { fleetNodesRoute } from './nodes/fleet-nodes.routes.ts';
import { nodeRoutes } from './nodes/nodes.routes.ts';
import { pluginRoutes } from './plugins/plugins.routes.ts';
import { pruneRoutes } from './prune.routes.ts';
import { statusRoute } from './status/status.routes.ts';
import { swarmRoutes } from './swarm/swarm.routes.ts';
import { diskUsageRoute } from './system/disk-usage.routes.ts';
import { systemRoutes } from './system/system.routes.ts';
import { volumeRoutes } from './volumes/volumes.routes.ts';

export type RouteDeps = {
  readonly fleet: Fleet;
  readonly events: EventHub;
  readonly locator: ContainerLocator;
  readonly caller: EngineCaller;
};

/** The gateway's table; what is refused comes last, so that whatever is served goes first. */
export function allRoutes({ fleet, events, locator, caller }: RouteDeps): Route[] {
  return [
    ...systemRoutes(fleet),
    diskUsageRoute(fleet),
    containerListRoute(fleet),
    containerInspectRoute(fleet),
    containerCreateRoute(fleet),
    explainRoute(fleet),
    ...containerMutationRoutes(fleet),
    containerRenameRoute(fleet),
    containerUpdateRoute(fleet),
    containerCommitRoute(fleet),
    ...streamRoutes({ locator, caller }),
    ...checkpointRoutes(locator, caller),
    ...buildRoutes({ fleet, caller }),
    ...imageRoutes(fleet, caller),
    imageAttestationsRoute(fleet),
    ...networkRoutes(fleet),
    ...volumeRoutes(fleet),
    ...pluginRoutes(fleet),
    ...pruneRoutes(fleet),
    eventsRoute(fleet, events),
    ...nodeRoutes(fleet),
    fleetNodesRoute(fleet),
    statusRoute(fleet),
    decisionRoute(fleet),
    ...(fleet.config.debug ? debugRoutes(fleet.clock) : []),
    ...swarmRoutes(),
    ...refusedRoutes(),
  ];
}
