import { BaleenError, type ContainerFacts, labels } from '#contracts';
import { needs } from '../../access/access-rule.ts';
import { healthyEngine } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import { engineReference } from '../../fleet-view/engine-reference.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { Route } from '../../http/router.ts';
import { querySuffix, respondAnswer } from '../engine-answer.ts';

/** The engine writes a layer of everything the container has changed; gigabytes on a slow disk take minutes. */
const commitMs = 600_000;

/**
 * POST /commit: on the engine of the container that the query names, answered once the new image is in the log, so that the next
 * create, tag or push finds it. Throws request/not-found and request/invalid as the engine does.
 */
export function containerCommitRoute(fleet: Fleet): Route {
  return {
    method: 'POST',
    path: '/commit',
    semantics: 'container',
    access: needs('write', { judge: 'commit' }),
    note: 'the container of the query; answered once the fleet knows the image',
    handle: async (exchange) => {
      const reference = exchange.query.get('container') ?? '';
      if (reference === '') throw new BaleenError('request/invalid', 'invalid name or ID supplied: ""');
      const container = findContainer(await currentView(fleet), reference);
      const engine = healthyEngine(fleet.follower.view, container.engine, `Container ${reference}`);
      const query = new URLSearchParams(exchange.query);
      query.set('container', engineReference(container.facts, reference));
      for (const change of withoutIdentity(container.facts)) query.append('changes', change);
      const body = await exchange.readBody(fleet.config.bodyLimitBytes);
      const { answer, sequence } = await fleet.commands.call(engine.key, {
        method: 'POST',
        path: `/commit${querySuffix(query)}`,
        apiVersion: exchange.apiVersion,
        headers: { 'content-type': exchange.header('content-type') ?? 'application/json' },
        ...(body.length > 0 && { body: body.toString('utf8') }),
        touched: { images: true },
        timeoutMs: commitMs,
      });
      await fleet.follower.reached(sequence);
      respondAnswer(exchange, answer);
    },
  };
}

/** Labels by which the fleet knows one container. The original create says its environment, its mounts and ports besides. */
const identifying = [labels.swarmId, labels.operation, labels.originalRequest, labels.ports];

/** Instructions, at most one, by which the image does not inherit them: an engine adds the container's labels to what a commit says. */
function withoutIdentity({ labels: own }: Pick<ContainerFacts, 'labels'>): string[] {
  const inherited = identifying.filter((label) => own[label]);
  return inherited.length === 0 ? [] : [`LABEL ${inherited.map((label) => `${label}=""`).join(' ')}`];
}
