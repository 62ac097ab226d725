import { BaleenError, type EngineAnswer } from '#contracts';
import { refusalText } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { findImages } from '../../fleet-view/lookup/image-lookup.ts';
import { engineTarget } from '../../fleet-view/view-locator.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { refuseOnOlderEngine } from '../../relay/refuse-on-older-engine.ts';
import { isDone, querySuffix, respondAnswer } from '../engine-answer.ts';

const tagMs = 30_000;
/** Deleting layers deletes their files. */
const removeMs = 300_000;

/** Tag and remove, on every healthy engine that has the image, so that a name means the same everywhere. */
export function imageChangeRoutes(fleet: Fleet): Route[] {
  return [
    {
      method: 'POST',
      path: '/images/{name}/tag',
      semantics: 'broadcast',
      handle: async (exchange) => {
        const suffix = querySuffix(exchange.rawQuery);
        const outcomes = await onHolders(fleet, exchange, 'POST', (id) => `/images/${id}/tag${suffix}`, tagMs);
        const refused = outcomes.find(({ answer }) => !isDone(answer.status)) ?? outcomes[0];
        respondAnswer(exchange, refused.answer);
      },
    },
    {
      method: 'DELETE',
      path: '/images/{name}',
      semantics: 'broadcast',
      handle: async (exchange) => {
        const path = `/images/${encodeURI(exchange.param('name'))}${querySuffix(exchange.rawQuery)}`;
        respondRemoval(exchange, await onHolders(fleet, exchange, 'DELETE', () => path, removeMs));
      },
    },
  ];
}

type Outcome = { readonly node: string; readonly answer: EngineAnswer };

async function onHolders(
  fleet: Fleet,
  exchange: Exchange,
  method: 'POST' | 'DELETE',
  pathOf: (id: string) => string,
  timeoutMs: number,
): Promise<readonly [Outcome, ...Outcome[]]> {
  const reference = exchange.param('name');
  const view = await currentView(fleet);
  const holders = findImages(view, reference).flatMap((image) => {
    const engine = view.engine(image.engine);
    return engine?.isHealthy ? [{ engine, id: image.facts.id }] : [];
  });
  // All of them before any is changed.
  for (const { engine } of holders) refuseOnOlderEngine(exchange, engineTarget(engine));
  const change = async (engine: FleetEngine, path: string): Promise<Outcome> => {
    const call = { method, path, apiVersion: exchange.apiVersion, touched: { images: true }, timeoutMs };
    const { answer, sequence } = await fleet.commands.call(engine.key, call);
    await fleet.follower.reached(sequence);
    return { node: engine.name, answer };
  };
  const [first, ...others] = await Promise.all(holders.map(({ engine, id }) => change(engine, pathOf(id))));
  if (first === undefined) throw new BaleenError('engine/unhealthy', `image ${reference} is on unhealthy nodes only`);
  return [first, ...others];
}

/** What was removed anywhere, each layer once. One engine's refusal is the answer, with the node that refused. */
function respondRemoval(exchange: Exchange, outcomes: readonly [Outcome, ...Outcome[]]): void {
  const refused = outcomes.filter(({ answer }) => !isDone(answer.status));
  const [first] = refused;
  if (first === undefined) {
    const removed = outcomes.flatMap(({ answer }) => JSON.parse(answer.body) as unknown[]);
    const distinct = [...new Map(removed.map((item) => [JSON.stringify(item), item])).values()];
    return exchange.respond(200, distinct);
  }
  if (outcomes.length === 1) return respondAnswer(exchange, first.answer);
  const message = refused.map(({ node, answer }) => `${node}: ${refusalText(answer.body)}`).join('\n');
  exchange.respond(first.answer.status, { message });
}
