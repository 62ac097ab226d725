import type { Outcome } from '#actor';
import type { EngineActorState, EngineEffect, EngineTimer } from './engine-messages.ts';
import type { EngineSettings } from './engine-settings.ts';

/** What one message leaves: the next state and the work it asks for. */
export type EngineTurn = Outcome<EngineActorState, EngineEffect>;

export function unchanged(state: EngineActorState): EngineTurn {
  return { state, effects: [] };
}

export function schedule(timer: EngineTimer, afterMs: number, spreadMs = 0): EngineEffect {
  return { type: 'schedule', timer, afterMs, spreadMs };
}

export function say(level: 'info' | 'warn' | 'error', text: string): EngineEffect {
  return { type: 'log', level, text };
}

/** A new attempt at a link. A suspect that counts as healthy gets less time, so that silence is certain soon. */
export function startConnecting(settings: EngineSettings, state: EngineActorState): EngineTurn {
  const suspect = state.health === 'healthy' && state.failures > 0;
  const pingTimeoutMs = suspect ? settings.reprobeTimeoutMs : settings.probeTimeoutMs;
  return { state: { ...state, link: 'connecting', heldUntilMs: undefined }, effects: [{ type: 'connect', pingTimeoutMs }] };
}
