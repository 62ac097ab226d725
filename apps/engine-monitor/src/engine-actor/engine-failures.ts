import type { EngineActorState, EngineEffect, EngineMessage } from './engine-messages.ts';
import type { EngineSettings } from './engine-settings.ts';
import { type EngineTurn, say, schedule } from './engine-turn.ts';
import { noteFlap } from './flap-damping.ts';
import { restAfter } from './retry-rest.ts';

type Failure = { readonly cause: string; readonly elapsedMs: number; readonly atMs: number };

/** A resync that the daemon refused (not a connection failure) is tried again after this. */
const resyncRetryMs = 5_000;
/** An engine that stays away is tried every second; its record, which every reader follows, is written this often. */
const awayPublishMs = 10_000;

/** The attempt at a link failed: it stays down, and the next one has its time. */
export function connectFailed(settings: EngineSettings, state: EngineActorState, failure: Failure): EngineTurn {
  return retryLater(settings, failed(settings, state, failure), failure);
}

/** A call on an open link failed. */
export function callFailed(settings: EngineSettings, state: EngineActorState, failure: Failure): EngineTurn {
  const turn = failed(settings, state, failure);
  if (turn.state.health === 'unhealthy') {
    const later = retryLater(settings, turn, failure);
    return { state: later.state, effects: [{ type: 'close-link' }, ...later.effects] };
  }
  const afterMs = Math.max(0, settings.reprobeIntervalMs - failure.elapsedMs);
  return { state: turn.state, effects: [...turn.effects, schedule('probe', afterMs)] };
}

/** Shown until a resync succeeds, whatever pings say: what is known of the engine grows old. */
export function resyncRefused(state: EngineActorState, cause: string, atMs: number): EngineTurn {
  // Said once, not at every retry.
  const news = state.resyncFailure === cause ? [] : [say('warn', `Update engine specs failed: ${cause}`)];
  return {
    state: { ...state, resyncFailure: cause, updatedAtMs: atMs },
    effects: [{ type: 'publish' }, ...news, schedule('resync', resyncRetryMs)],
  };
}

/** The daemon is served under another member. Nothing is changed on the daemon; what this member has shown of it is withdrawn. */
export function conflicted(
  settings: EngineSettings,
  state: EngineActorState,
  { conflict, cause, atMs }: Extract<EngineMessage, { type: 'conflicted' }>,
): EngineTurn {
  const isNews = state.reason !== cause || state.conflict === undefined;
  const next: EngineActorState = {
    ...state,
    health: 'pending',
    link: 'down',
    reason: cause,
    resyncFailure: undefined,
    failures: 0,
    sinceMs: state.health === 'pending' ? state.sinceMs : atMs,
    updatedAtMs: atMs,
    publishedAtMs: atMs,
    nextRetryAtMs: atMs + settings.conflictRetryMs,
    heldUntilMs: undefined,
    conflict,
    identity: undefined,
    inventoryComplete: false,
  };
  const effects: EngineEffect[] = [{ type: 'close-link' }, { type: 'withdraw' }, { type: 'publish' }];
  if (isNews) effects.push(say('error', cause));
  return { state: next, effects: [...effects, schedule('connect', settings.conflictRetryMs)] };
}

function failed(settings: EngineSettings, state: EngineActorState, { cause, atMs }: Failure): EngineTurn {
  const failures = state.failures + 1;
  const next = { ...state, failures, reason: cause, updatedAtMs: atMs, heldUntilMs: undefined };
  if (state.health === 'healthy' && failures >= settings.failureLimit) {
    const flapsAtMs = noteFlap(settings, state.flapsAtMs, atMs);
    const text = `Flagging engine as unhealthy. Connect failed ${failures} times: ${cause}`;
    return {
      state: { ...next, health: 'unhealthy', sinceMs: atMs, publishedAtMs: atMs, flapsAtMs },
      effects: [{ type: 'publish' }, say('error', text)],
    };
  }
  const isNews = state.health === 'healthy' || cause !== state.reason || atMs - state.publishedAtMs >= awayPublishMs;
  if (!isNews) return { state: next, effects: [] };
  const effects: EngineEffect[] = [{ type: 'publish' }];
  if (state.health === 'pending' && state.reason !== cause)
    effects.push(say('warn', `Failed to validate pending node: ${cause}`));
  return { state: { ...next, publishedAtMs: atMs }, effects };
}

function retryLater(settings: EngineSettings, turn: EngineTurn, { elapsedMs, atMs }: Failure): EngineTurn {
  const { afterMs, spreadMs } = restAfter(settings, turn.state, elapsedMs);
  const nextRetryAtMs = atMs + afterMs + spreadMs;
  return {
    state: { ...turn.state, link: 'down', nextRetryAtMs },
    effects: [...turn.effects, schedule('connect', afterMs, spreadMs)],
  };
}
