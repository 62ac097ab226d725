import { healthyEngine } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import { engineReference } from '../../fleet-view/engine-reference.ts';
import { findContainer } from '../../fleet-view/lookup/container-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';
import { respondAnswer } from '../engine-answer.ts';

/** The container is paused meanwhile and its whole changed file system is read; an hour is a broken disk. */
const commitMs = 3_600_000;

/** POST /commit: on the container's engine. The answer waits until the fleet's view has the image. */
export async function commitForClient(fleet: Fleet, exchange: Exchange): Promise<void> {
  const body = await exchange.readBody();
  const view = await currentView(fleet);
  const reference = exchange.query.get('container') ?? '';
  const container = findContainer(view, reference);
  const engine = healthyEngine(view, container.engine, `container ${reference}`);
  const query = new URLSearchParams(exchange.rawQuery);
  query.set('container', engineReference(container.facts, reference));
  const { answer, sequence } = await fleet.commands.call(engine.key, {
    method: 'POST',
    path: `/commit?${query}`,
    apiVersion: exchange.apiVersion,
    headers: { 'content-type': exchange.header('content-type') ?? 'application/json' },
    body: body.toString('utf8'),
    touched: { images: true },
    timeoutMs: commitMs,
  });
  await fleet.follower.reached(sequence);
  respondAnswer(exchange, answer);
}
