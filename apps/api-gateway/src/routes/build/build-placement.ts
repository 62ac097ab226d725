import { BaleenError, type ErrorCode, type PlacementRequest, type SchedulerReply } from '#contracts';
import { newOperation } from '../../commands/new-operation.ts';
import { ReservationKeeper } from '../../commands/reservation-keeper.ts';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { placementOf } from '../placement-of.ts';
import type { BuildQuery } from './build-query.ts';
import { withParameter } from './build-query.ts';
import { isNoBuilder } from './may-build.ts';

/** Where a build runs, and what it is to be asked there. */
export type PlacedBuild = {
  readonly engine: string;
  readonly rawQuery: string;
  /** Gives back what was reserved for it. */
  readonly release: () => void;
};

/** Refusals of one engine after which others are asked. */
const refusals: ReadonlySet<ErrorCode> = new Set(['placement/no-eligible-engine', 'placement/no-engine']);

/**
 * Places a build of the classic builder: on the caller's builder where that is eligible (the cache and the base images of the caller's
 * earlier builds are there), else anywhere; its memory and CPU shares are reserved while it runs. Throws placement/*.
 */
export async function placeClassicBuild(
  fleet: Fleet,
  view: FleetView,
  query: BuildQuery,
  builder: FleetEngine | undefined,
  signal: AbortSignal,
): Promise<PlacedBuild> {
  const { scheduling, memoryBytes, cpuShares, platform } = query;
  const request = placementOf({ ...expressionsOf(scheduling), memoryBytes, cpuShares, platform });
  const nowhere = view
    .members()
    .filter(isNoBuilder)
    .map(({ key }) => key);
  if (builder !== undefined) {
    try {
      return await place(fleet, query.rawQuery, request, { only: [builder.key], exclude: nowhere }, signal);
    } catch (error) {
      if (!(error instanceof BaleenError && refusals.has(error.code))) throw error;
    }
  }
  return place(fleet, query.rawQuery, request, { only: [], exclude: nowhere }, signal);
}

/**
 * A BuildKit build is where its session is. Expressions cannot move it, so they are held against its builder: placement/no-eligible-engine
 * when that does not satisfy them, since a build that ignored them would be worse.
 */
export async function checkExpressions(
  fleet: Fleet,
  scheduling: BuildQuery['scheduling'],
  builder: FleetEngine,
  signal: AbortSignal,
): Promise<void> {
  const { constraints, affinities, whitelists } = scheduling;
  if (constraints.length + affinities.length + whitelists.length === 0) return;
  try {
    const offer = { only: [builder.key], exclude: [] };
    const { release } = await place(fleet, '', placementOf(expressionsOf(scheduling)), offer, signal);
    release();
  } catch (error) {
    if (!(error instanceof BaleenError && refusals.has(error.code))) throw error;
    const message =
      `a BuildKit build runs on its caller’s builder (node ${builder.name}) and cannot be placed; ` +
      `leave the expressions out, or use the classic builder (DOCKER_BUILDKIT=0): ${error.message}`;
    throw new BaleenError(error.code, message, { details: { ...error.details }, cause: error });
  }
}

async function place(
  fleet: Fleet,
  rawQuery: string,
  request: PlacementRequest,
  offer: { readonly only: string[]; readonly exclude: string[] },
  signal: AbortSignal,
): Promise<PlacedBuild> {
  const operation = newOperation(fleet.randomness);
  const grant = await fleet.scheduler.ask('place', { operation, request, ...offer, cause: 'build' }, signal);
  const keeper = new ReservationKeeper(fleet, operation);
  keeper.start();
  return { engine: grant.engine, rawQuery: granted(rawQuery, grant), release: () => keeper.stop('the build ended') };
}

/** Under `swarm.cpushares=cores` the engine is given other shares than the user wrote, as in a create. */
function granted(rawQuery: string, { cpuShares }: SchedulerReply<'place'>): string {
  return cpuShares === undefined ? rawQuery : withParameter(rawQuery, 'cpushares', String(cpuShares));
}

function expressionsOf(
  scheduling: BuildQuery['scheduling'],
): Pick<PlacementRequest, 'constraints' | 'affinities' | 'whitelists'> {
  return {
    constraints: [...scheduling.constraints],
    affinities: [...scheduling.affinities],
    whitelists: [...scheduling.whitelists],
  };
}
