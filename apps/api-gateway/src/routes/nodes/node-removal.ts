import { agentOf, BaleenError, subjects } from '#contracts';
import { sleep } from '#service-shell';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { findNode } from '../../fleet-view/lookup/node-lookup.ts';
import type { Exchange } from '../../http/exchange.ts';

/**
 * `docker node rm`: forgets the agent of an engine that is disconnected, upon which discovery drops the member. Whatever else is a member is
 * discovery's to remove. What the operator wished of the node (`node.<key>`) stays, for an agent that enrols under the same id again. An agent that comes back meanwhile wins: the record is deleted only as it was read while nobody held the lease.
 */
export async function removeNode(fleet: Fleet, exchange: Exchange): Promise<void> {
  const engine = findNode(await currentView(fleet), exchange.param('id'));
  const agent = agentOf(engine.address);
  if (agent === undefined) throw listedByDiscovery(engine);
  const subject = subjects.agent(agent);
  const entry = await fleet.log.get(subject);
  if (entry === undefined) throw new BaleenError('request/not-found', `node ${engine.name || agent} is being removed already`);
  if ((await fleet.log.get(subjects.lease(`engine.${engine.key}`))) !== undefined) throw connected(engine);
  try {
    await fleet.log.delete(subject, { expectedSequence: entry.sequence });
  } catch (error) {
    if (error instanceof BaleenError && error.code === 'cluster/claim-taken') throw connected(engine);
    throw error;
  }
  fleet.logger.info({ engine: engine.key, agent }, 'an operator removed a disconnected node');
  await untilGone(fleet, engine.key);
  exchange.respond(200);
}

/** Discovery is not waited for longer: it may be down, and drops the member once it is back. */
const goneMaxMs = 2_000;
const gonePollMs = 50;

async function untilGone({ follower, clock }: Fleet, key: string): Promise<void> {
  const untilMs = clock.monotonicMs() + goneMaxMs;
  while (follower.view.engine(key)?.member !== undefined && clock.monotonicMs() < untilMs) await sleep(clock, gonePollMs);
}

function listedByDiscovery(engine: FleetEngine): BaleenError {
  const source = engine.member?.source ?? 'the discovery source';
  const message = `node ${engine.name || engine.address} is listed by discovery (${source}): remove ${engine.address} there, and it goes`;
  return new BaleenError('request/conflict', message);
}

function connected(engine: FleetEngine): BaleenError {
  return new BaleenError(
    'request/conflict',
    `node ${engine.name || engine.address} is not disconnected: end its agent (baleen join) on its host, and it leaves by itself`,
  );
}
