import { z } from 'zod';
import { BaleenError, type EngineAnswer, type EngineRequest, labels } from '#contracts';
import { expressionsIn, fieldsUsed, inAnyCase } from '#docker-api';
import { newOperation } from '../commands/new-operation.ts';
import { ReservationKeeper } from '../commands/reservation-keeper.ts';
import type { Fleet } from '../fleet.ts';
import type { FleetEngine } from '../fleet-view/fleet-engine.ts';
import type { FleetView } from '../fleet-view/fleet-view.ts';
import { splitNode } from '../fleet-view/lookup/split-node.ts';
import type { Exchange } from '../http/exchange.ts';
import { isDone } from './engine-answer.ts';
import { headerConstraints } from './header-constraints.ts';
import { placementOf } from './placement-of.ts';

/** What placement reads of a network or volume create; everything else goes to the engine as it came. */
const PlacedBody = inAnyCase(
  z.looseObject({
    Name: z.string().nullish(),
    Driver: z.string().nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
    IPAM: z.unknown().optional(),
  }),
);
type PlacedBody = z.infer<typeof PlacedBody>;

/** Drivers may talk to other machines. */
const createMs = 120_000;

/** The body of a network or volume create; request/invalid in words that name the member. */
export async function readPlacedBody(fleet: Fleet, exchange: Exchange): Promise<PlacedBody> {
  const body = await exchange.readJson(fleet.config.bodyLimitBytes);
  const parsed = PlacedBody.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new BaleenError('request/invalid', `invalid JSON: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Parts `node/name`; a name whose first part is no node stays whole. */
export function pinned(view: FleetView, name: string): { name: string; node?: string } {
  const onNode = splitNode(view, name);
  return onNode === undefined ? { name } : { name: onNode.name, node: name.slice(0, name.indexOf('/')) };
}

/**
 * Asks the scheduler for an engine for a network or volume. Its name is held while the create takes, so that two gateways cannot make it on
 * two engines; a name for one node (`node/name`) need only be free there.
 */
export async function createPlaced(
  fleet: Fleet,
  exchange: Exchange,
  kind: 'network' | 'volume',
  body: PlacedBody,
  node: string | undefined,
): Promise<EngineAnswer> {
  const operation = newOperation(fleet.randomness);
  const own = body.Labels ?? {};
  const constraints = [
    ...expressionsIn(own[labels.constraints]),
    ...headerConstraints(exchange),
    ...(node === undefined ? [] : [`node==${node}`]),
  ];
  const { query, apiVersion } = exchange;
  const [newest] = fieldsUsed({ operation: exchange.operation, query, body, apiVersion });
  const request = placementOf({
    name: body.Name ?? '',
    minApiVersion: newest?.since ?? '',
    minApiVersionFor: newest?.field ?? '',
    labels: own,
    constraints,
    whitelists: expressionsIn(own[labels.whitelists]),
  });
  const { engine, term } = await fleet.scheduler.ask(
    'place',
    { operation, kind, request, isPinned: node !== undefined },
    exchange.signal,
  );
  const keeper = new ReservationKeeper(fleet, operation);
  keeper.start();
  let isMade = false;
  try {
    const answer = await createOn(fleet, exchange, engine, kind, withConstraintsLabel(body, constraints), term);
    isMade = isDone(answer.status);
    return answer;
  } finally {
    // Its record ends the hold itself, so that it is counted all the time; but a name that the engine gave is not known to be it.
    keeper.stop(isMade && body.Name ? undefined : `the ${kind} create ended`);
  }
}

/** Where it is to be is kept with it, however it was said: what was put somewhere by somebody's word is not brought elsewhere. */
function withConstraintsLabel(body: PlacedBody, constraints: readonly string[]): PlacedBody {
  if (constraints.length === 0) return body;
  return { ...body, Labels: { ...body.Labels, [labels.constraints]: JSON.stringify(constraints) } };
}

/** Creates on this engine; resolves once the object is in this gateway's view. */
export async function createOn(
  fleet: Fleet,
  exchange: Exchange,
  engine: FleetEngine['key'],
  kind: 'network' | 'volume',
  body: PlacedBody,
  term?: number,
): Promise<EngineAnswer> {
  exchange.note({ engine });
  const touched: EngineRequest<'call'>['touched'] = kind === 'network' ? { networks: true } : { volumes: true };
  const { answer, sequence } = await fleet.commands.call(engine, {
    method: 'POST',
    path: `/${kind}s/create`,
    apiVersion: exchange.apiVersion,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    touched,
    timeoutMs: createMs,
    ...(term !== undefined && { term }),
  });
  await fleet.follower.reached(sequence);
  return answer;
}
