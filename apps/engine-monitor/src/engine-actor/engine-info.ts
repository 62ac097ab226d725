import { EngineRecord, type EngineState } from '#contracts';
import type { EngineActorState } from './engine-messages.ts';

/** What the record says beyond the actor's state. */
export type OwnerFacts = Pick<
  EngineRecord,
  'key' | 'address' | 'epoch' | 'monitor' | 'failureLimit' | 'inventoryAtMs' | 'eventsAtNs'
>;

/** `engine.<key>.info` of an actor's state. */
export function engineInfo(facts: OwnerFacts, state: EngineActorState): EngineRecord {
  return EngineRecord.parse({
    ...facts,
    state: publicState(state),
    reason: state.reason ?? state.resyncFailure,
    failures: state.failures,
    sinceMs: state.sinceMs,
    updatedAtMs: state.updatedAtMs,
    nextRetryAtMs: state.nextRetryAtMs,
    heldUntilMs: state.heldUntilMs,
    flapsAtMs: state.flapsAtMs,
    conflict: state.conflict,
    clockDeltaMs: state.clockDeltaMs,
    identity: state.identity,
    inventoryComplete: state.inventoryComplete,
  });
}

function publicState({ health }: EngineActorState): EngineState {
  // An abandoned engine's record is not written any more; the next owner's word counts.
  return health === 'abandoned' ? 'disconnected' : health;
}
