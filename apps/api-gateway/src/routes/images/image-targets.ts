import { BaleenError, type DecisionRecord, emptyPlacementRequest, type PlacementRequest } from '#contracts';
import { fieldsUsed } from '#docker-api';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { engineTarget } from '../../fleet-view/view-locator.ts';
import type { Exchange } from '../../http/exchange.ts';
import { fieldTooNew, refuseOnOlderEngine } from '../../relay/refuse-on-older-engine.ts';
import { constraintHeader, headerConstraints } from '../header-constraints.ts';

/**
 * The engines that an image is to be brought to: all healthy ones, or those that satisfy the header's constraints and run the
 * `platform` of the query. A platform that none runs narrows nothing: engines also keep images they do not run.
 * Those that are too old for a parameter of the query are left out: they would drop it. Throws placement/invalid-expression,
 * placement/no-eligible-engine when the constraints leave none, engine/too-old when all that are left are too old.
 */
export async function imageTargets(fleet: Fleet, exchange: Exchange): Promise<readonly FleetEngine[]> {
  return capableTargets(exchange, await fittingTargets(fleet, exchange));
}

/** Of these engines those that know every parameter of the query. Throws engine/too-old when none does. */
export function capableTargets(exchange: Exchange, engines: readonly FleetEngine[]): readonly FleetEngine[] {
  const capable = engines.filter((engine) => fieldTooNew(exchange, engineTarget(engine)) === undefined);
  const [first] = engines;
  if (capable.length === 0 && first !== undefined) refuseOnOlderEngine(exchange, engineTarget(first));
  return capable;
}

async function fittingTargets(fleet: Fleet, exchange: Exchange): Promise<readonly FleetEngine[]> {
  const healthy = (await currentView(fleet)).healthy();
  const constraints = headerConstraints(exchange);
  const platform = exchange.query.get('platform') ?? '';
  if (constraints.length === 0 && platform === '') return healthy;
  const fitting = eligible(healthy, await judged(fleet, exchange, { constraints, platform }));
  if (fitting.length > 0 || platform === '') return refuseNone(fitting, constraints);
  const others = constraints.length === 0 ? healthy : eligible(healthy, await judged(fleet, exchange, { constraints }));
  return refuseNone(others, constraints);
}

/** The one engine that the scheduler would choose under the header's constraints, new enough for the query. Throws placement/*. */
export async function placedTarget(fleet: Fleet, exchange: Exchange): Promise<FleetEngine> {
  const view = await currentView(fleet);
  const { operation, query, apiVersion } = exchange;
  const [newest] = fieldsUsed({ operation, query, apiVersion });
  const needs = newest === undefined ? {} : { minApiVersion: newest.since, minApiVersionFor: newest.field };
  const decision = await judged(fleet, exchange, { constraints: headerConstraints(exchange), ...needs });
  const engine = decision.chosen === undefined ? undefined : view.engine(decision.chosen);
  if (engine?.isHealthy) return engine;
  throw new BaleenError('placement/no-eligible-engine', decision.failure ?? 'the chosen node was lost meanwhile');
}

function judged(fleet: Fleet, exchange: Exchange, wanted: Partial<PlacementRequest>): Promise<DecisionRecord> {
  const request = { ...emptyPlacementRequest, ...wanted };
  return fleet.scheduler.ask('explain', { request }, exchange.signal);
}

function eligible(healthy: readonly FleetEngine[], { candidates }: DecisionRecord): FleetEngine[] {
  const keys = new Set(candidates.filter(({ refusedBy }) => refusedBy === undefined).map(({ engine }) => engine));
  return healthy.filter(({ key }) => keys.has(key));
}

function refuseNone(engines: readonly FleetEngine[], constraints: readonly string[]): readonly FleetEngine[] {
  if (engines.length > 0 || constraints.length === 0) return engines;
  throw new BaleenError(
    'placement/no-eligible-engine',
    `no healthy node satisfies ${constraintHeader}: ${constraints.join('; ')}; docker info lists the nodes and their labels`,
  );
}
