import { BaleenError, DecisionRecord, decodeRecord, labels, subjects } from '#contracts';
import { needs } from '../../access/access-rule.ts';
import { ownDecision } from '../../access/own-decision.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import { matchContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { Route } from '../../http/router.ts';

/** The verdicts name every engine: what tenants get of their own is `ownDecision`. */
export const decisionAccess = needs('fleet');

/** GET /baleen/decisions/{id}: why a container is where it is, by operation id or by any reference to the container. */
export function decisionRoute(fleet: Fleet): Route {
  return {
    method: 'GET',
    path: '/baleen/decisions/{id}',
    semantics: 'local',
    access: decisionAccess,
    note: 'why a container is where it is',
    handle: async (exchange) => {
      const reference = exchange.param('id');
      const container = matchContainer(await currentView(fleet), reference);
      const operation = container?.facts.labels[labels.operation] ?? reference;
      const payload = (await fleet.log.get(subjects.decision(operation)))?.payload;
      const decision = payload && shownTo(fleet, decodeRecord(DecisionRecord, payload));
      // In the same words for what others have and for what nobody has.
      if (decision === undefined) throw new BaleenError('request/not-found', `no decision is kept for ${reference}`);
      exchange.respond(200, decision);
    },
  };
}

function shownTo({ scope }: Pick<Fleet, 'scope'>, decision: DecisionRecord): DecisionRecord | undefined {
  return scope === undefined ? decision : ownDecision(decision, scope.tenant);
}
