import { needs } from '../../access/access-rule.ts';
import type { Fleet } from '../../fleet.ts';
import type { Route } from '../../http/router.ts';
import { agentHosts } from './agent-hosts.ts';
import { fleetNode } from './fleet-node.ts';

/** GET /baleen/nodes: every member with state, reason, since and next retry (FleetNode), for `baleen nodes`. Answers before the fleet is ready, too. */
export function fleetNodesRoute(fleet: Fleet): Route {
  return {
    method: 'GET',
    path: '/baleen/nodes',
    semantics: 'local',
    access: needs('fleet', { tenants: 'refused' }),
    note: 'every member with state and reason',
    handle: async (exchange) => {
      if (fleet.follower.isReady) await fleet.follower.upToDate();
      const members = fleet.follower.view.members();
      const hosts = await agentHosts(fleet, members);
      exchange.respond(
        200,
        members.map((engine) => fleetNode(engine, hosts.get(engine.key))),
      );
    },
  };
}
