import { agentOf, type EngineRecord } from '#contracts';
import type { EngineActorState } from './engine-messages.ts';

/** An engine that nobody has heard of yet. */
export function pendingSince(atMs: number): EngineActorState {
  return {
    health: 'pending',
    link: 'connecting',
    reason: undefined,
    resyncFailure: undefined,
    failures: 0,
    sinceMs: atMs,
    updatedAtMs: atMs,
    publishedAtMs: atMs,
    connectedAtMs: 0,
    nextRetryAtMs: undefined,
    heldUntilMs: undefined,
    flapsAtMs: [],
    conflict: undefined,
    identity: undefined,
    clockDeltaMs: 0,
    inventoryComplete: false,
  };
}

/** As an earlier owner left it. A hold begins anew with the first answer to this owner. */
export function inheritedFrom(record: EngineRecord): EngineActorState {
  return {
    ...pendingSince(record.sinceMs),
    // Whoever takes over an engine behind an agent is its agent, back from being disconnected: its state begins now.
    health: record.state === 'disconnected' || agentOf(record.address) !== undefined ? 'pending' : record.state,
    reason: record.reason,
    failures: record.failures,
    updatedAtMs: record.updatedAtMs,
    flapsAtMs: record.flapsAtMs,
    conflict: record.conflict,
    identity: record.identity,
    clockDeltaMs: record.clockDeltaMs,
    inventoryComplete: record.inventoryComplete,
  };
}
