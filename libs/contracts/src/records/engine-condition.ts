import { z } from 'zod';
import { compareApiVersions } from '../api-version.ts';
import { agentOf } from './agent-record.ts';
import { type EngineRecord, EngineState } from './engine-record.ts';
import type { NodeRecord } from './node-record.ts';

/** States as users see them: a healthy engine whose operator drains it shows as drained. */
export const ShownState = z.enum([...EngineState.options, 'drained']);
export type ShownState = z.infer<typeof ShownState>;

/** What a reader of the log sees of one member. */
export type EngineSight = {
  readonly address: string;
  readonly record: EngineRecord | undefined;
  /** Id of the process that holds `lease.engine.<key>`; `undefined` = none does, or it is gone. */
  readonly owner: string | undefined;
  /** When the reader saw the lease end; `undefined` = it never saw it held. */
  readonly unownedSinceMs: number | undefined;
  /** The oldest API version, e.g. `1.44`, that an engine in service may have as its newest (`--min-engine-api`); absent or empty = any. */
  readonly apiFloor?: string;
};

export type EngineCondition = {
  readonly state: EngineState;
  /** Why it is not healthy, or its last failure while it still counts as healthy. */
  readonly reason: string | undefined;
  readonly sinceMs: number | undefined;
  readonly nextRetryAtMs: number | undefined;
};

/**
 * An engine's condition: what its owner says, unless it is behind an agent and has no owner, for only that agent can reach it: then it is
 * disconnected, whatever the record says. An engine with an address keeps its last state without an owner; what is shown may be old.
 * A healthy one whose API is older than the floor is pending: neither used nor given up, so that nothing is moved away from it.
 */
export function conditionOf({ address, record, owner, unownedSinceMs, apiFloor = '' }: EngineSight): EngineCondition {
  if (agentOf(address) !== undefined && owner === undefined) {
    const sinceMs = unownedSinceMs ?? record?.updatedAtMs;
    return { state: 'disconnected', reason: agentAway(sinceMs), sinceMs, nextRetryAtMs: undefined };
  }
  const apiVersion = record?.state === 'healthy' ? record.identity?.apiVersion : undefined;
  if (apiVersion !== undefined && compareApiVersions(apiVersion, apiFloor) < 0)
    return { state: 'pending', reason: belowFloor(apiVersion, apiFloor), sinceMs: record?.sinceMs, nextRetryAtMs: undefined };
  return {
    state: record?.state ?? 'pending',
    reason: record?.reason,
    sinceMs: record?.sinceMs,
    nextRetryAtMs: record?.nextRetryAtMs,
  };
}

/** It has reported all it holds, or it is known why it has not: waiting longer brings nothing. */
export function isSettled(sight: EngineSight): boolean {
  const { record } = sight;
  if (record === undefined) return false;
  const { inventoryComplete, failures, conflict } = record;
  const { state } = conditionOf(sight);
  return inventoryComplete || failures > 0 || state === 'unhealthy' || state === 'disconnected' || conflict !== undefined;
}

export function shownState(state: EngineState, availability: NodeRecord['availability'] | undefined): ShownState {
  return state === 'healthy' && availability === 'drain' ? 'drained' : state;
}

function belowFloor(apiVersion: string, floor: string): string {
  return `its API ${apiVersion} is older than the ${floor} that --min-engine-api asks for: upgrade its Docker Engine, or lower the option`;
}

function agentAway(sinceMs: number | undefined): string {
  if (sinceMs === undefined) return 'its agent is not connected';
  const since = `${new Date(sinceMs).toISOString().slice(0, -5)}Z`;
  return `its agent has not been connected since ${since}: its containers run on; it comes back with the link, or once baleen join runs there again`;
}
