import { DecisionRecord } from '#contracts';
import {
  type CreateContext,
  containerName,
  type ParsedCreate,
  parseCreate,
  requirePlatform,
  withConstraints,
  withDockerSocket,
} from '#docker-api';
import { needs } from '../../access/access-rule.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import { isCalled } from '../../fleet-view/lookup/split-node.ts';
import type { Exchange } from '../../http/exchange.ts';
import { requireJsonType } from '../../http/json-type.ts';
import type { Route } from '../../http/router.ts';
import { respondAnswer } from '../engine-answer.ts';
import { headerConstraints } from '../header-constraints.ts';
import { refuseAmbiguousNames } from './ambiguous-names.ts';
import { CreateFlow } from './create-flow.ts';
import { withImagePorts } from './image-ports.ts';
import { hasNeighbours, refuseMissingNeighbours } from './missing-neighbours.ts';
import { withOwnedVolumes } from './owned-volumes.ts';

/** POST /containers/create. */
export function containerCreateRoute(fleet: Fleet): Route {
  return {
    method: 'POST',
    path: '/containers/create',
    semantics: 'placed',
    access: needs('write', { judge: 'container-create' }),
    note: 'platform and `X-Baleen-Constraint` are constraints; 409 when any engine has the name',
    handle: async (exchange) => {
      const { request, isMovable, hasPins, networkIds, bodyFor } = await readCreate(fleet, exchange);
      const orderKey = isMovable ? (await fleet.orderKeys.ring())[0] : undefined;
      const flow = new CreateFlow(fleet, {
        caller: exchange.caller,
        apiVersion: exchange.apiVersion,
        request,
        hasPins,
        networkIds,
        bodyFor: (operation) => bodyFor(operation, orderKey),
        signal: exchange.signal,
        onPlaced: (engine, operation) => exchange.note({ engine, operation }),
      });
      respondAnswer(exchange, await flow.run());
    },
  };
}

/** POST /baleen/explain: a create body that only asks where it would go. */
export function explainRoute(fleet: Fleet): Route {
  return {
    method: 'POST',
    path: '/baleen/explain',
    semantics: 'placed',
    access: needs('fleet', { tenants: 'refused', judge: 'container-create' }),
    note: 'a create body that only asks where it would go',
    handle: async (exchange) => {
      const { request } = await readCreate(fleet, exchange);
      const decision = await fleet.scheduler.ask('explain', { request }, exchange.signal);
      exchange.respond(200, DecisionRecord.parse(decision));
    },
  };
}

/** Parsed before anything is asked, so that what is malformed is refused at once. */
async function readCreate(fleet: Fleet, exchange: Exchange): Promise<ParsedCreate> {
  requireJsonType(exchange.header('content-type'));
  const bytes = withDockerSocket(
    await exchange.readBody(fleet.config.bodyLimitBytes),
    fleet.config.dockerSocket,
    fleet.ownSockets,
  );
  await fleet.follower.ready;
  const wanted = exchange.query.get('name') ?? '';
  const platform = exchange.query.get('platform') ?? '';
  requirePlatform(platform);
  const context: CreateContext = {
    name: wanted === '' ? '' : containerName(wanted),
    platform,
    apiVersion: exchange.apiVersion,
    swarmId: fleet.randomness.hex(32),
    isNode: (name) => fleet.follower.view.visible().some((engine) => isCalled(engine, name)),
  };
  const constrained = withConstraints(bytes, headerConstraints(exchange));
  const parsed = parseCreate(await withOwnedVolumes(fleet, exchange, constrained), context);
  const { networks, volumes } = parsed.request;
  if (networks.length + volumes.length > 0) refuseAmbiguousNames(await currentView(fleet), parsed.request);
  if (hasNeighbours(parsed.request)) refuseMissingNeighbours(await currentView(fleet), parsed.request);
  const request = parsed.request.publishesAll ? await withImagePorts(fleet, exchange, parsed.request) : parsed.request;
  return { ...parsed, request };
}
