import type { Behaviour } from '#actor';
import type { EngineRecord } from '#contracts';
import { callFailed, conflicted, connectFailed, resyncRefused } from './engine-failures.ts';
import type { EngineActorState, EngineEffect, EngineMessage } from './engine-messages.ts';
import type { EngineSettings } from './engine-settings.ts';
import { inheritedFrom, pendingSince } from './engine-state.ts';
import { type EngineTurn, say, schedule, startConnecting, unchanged } from './engine-turn.ts';
import { holdMs, holdReason } from './flap-damping.ts';

/**
 * The life of one engine under one owner (spec 3, with its bugs 1, 2, 7, 9, 10, 13 mended):
 *
 *   pending ──► healthy ◄──► unhealthy (held while it answers again but came and went too often)
 *      ▲────────────┴────────────┘ conflict: its daemon is served under another member
 *
 * `lease-lost` abandons it, `member-removed` disconnects it, both for good. docs/engine-lifecycle.md has every step, held to this by a test.
 * Every way (back) to healthy leads through `connect`, so that state is read anew after any gap. Between the start of an attempt at a link
 * and its end no record is published: claims of daemons are judged by that (contracts, DaemonClaim).
 * `inherited` is the record an earlier owner left.
 */
export function engineBehaviour(
  settings: EngineSettings,
  address: string,
  startedAtMs: number,
  inherited?: EngineRecord,
): Behaviour<EngineActorState, EngineMessage, EngineEffect> {
  const first = inherited === undefined ? pendingSince(startedAtMs) : inheritedFrom(inherited);
  // What the last owner said stands until this one knows better: a change of owners is no change of the engine.
  const publish: EngineEffect[] = inherited === undefined ? [{ type: 'publish' }] : [];
  return {
    initial: () => ({ state: first, effects: [...publish, { type: 'connect', pingTimeoutMs: settings.probeTimeoutMs }] }),
    receive: (state, message) =>
      state.health === 'abandoned' || state.health === 'disconnected'
        ? unchanged(state)
        : receive(settings, address, state, message),
  };
}

function receive(settings: EngineSettings, address: string, state: EngineActorState, message: EngineMessage): EngineTurn {
  switch (message.type) {
    case 'connect-due':
      return state.link === 'down' ? startConnecting(settings, state) : unchanged(state);
    case 'connected':
      return state.link === 'connecting' ? connected(settings, address, state, message) : unchanged(state);
    case 'connect-failed':
      return state.link === 'connecting' ? connectFailed(settings, state, message) : unchanged(state);
    case 'conflicted':
      return state.link === 'down' ? unchanged(state) : conflicted(settings, state, message);
    case 'link-broke':
      return state.link === 'up' ? linkBroke(settings, state, message.cause, message.atMs) : unchanged(state);
    case 'probe-due':
      return state.link === 'up' ? { state, effects: [probe(settings, state)] } : unchanged(state);
    case 'probe-wanted':
      if (state.link === 'up') return { state, effects: [probe(settings, state)] };
      return state.link === 'down' ? startConnecting(settings, state) : unchanged(state);
    case 'engine-answered':
      return state.link === 'up' ? answered(settings, state, message.ofProbe, message.atMs) : unchanged(state);
    case 'engine-failed':
      // Without a link the failure is of an older one: the attempt under way or to come tells how the engine is now.
      return state.link === 'up' ? callFailed(settings, state, message) : unchanged(state);
    case 'resync-due':
      return state.link === 'up' ? { state, effects: [{ type: 'resync' }] } : unchanged(state);
    case 'resynced':
      return state.link === 'up' ? resynced(settings, address, state, message) : unchanged(state);
    case 'resync-failed':
      return state.link === 'up' ? resyncRefused(state, message.cause, message.atMs) : unchanged(state);
    case 'hold-due':
      return state.link === 'up' && state.heldUntilMs !== undefined ? released(state, message.atMs) : unchanged(state);
    case 'lease-lost':
      // Another monitor owns this engine now; one more word from us would be a lie with an old epoch.
      return { state: { ...state, health: 'abandoned', link: 'down' }, effects: [{ type: 'end' }] };
    case 'member-removed':
      return { state: { ...state, health: 'disconnected', link: 'down' }, effects: [{ type: 'end' }] };
  }
}

function connected(
  settings: EngineSettings,
  address: string,
  state: EngineActorState,
  news: Extract<EngineMessage, { type: 'connected' }>,
): EngineTurn {
  const { identity, clockDeltaMs, atMs } = news;
  const answering: EngineActorState = {
    ...state,
    link: 'up',
    resyncFailure: undefined,
    failures: 0,
    updatedAtMs: atMs,
    publishedAtMs: atMs,
    connectedAtMs: atMs,
    conflict: undefined,
    identity,
    clockDeltaMs,
    inventoryComplete: true,
  };
  const effects: EngineEffect[] = [schedule('probe', settings.probeIntervalMs), nextResync(settings, 0)];
  effects.push(...identityNews(address, state, identity.id));
  const restMs = state.health === 'unhealthy' ? holdMs(settings, state.flapsAtMs, atMs) : 0;
  if (restMs > 0) {
    const reason = holdReason(settings, state.flapsAtMs, atMs);
    const held = { ...answering, reason, heldUntilMs: atMs + restMs, nextRetryAtMs: atMs + restMs };
    return { state: held, effects: [{ type: 'publish' }, schedule('hold', restMs), say('warn', reason), ...effects] };
  }
  if (state.health === 'pending') effects.push(say('info', `Registered Engine ${identity.name} at ${address}`));
  if (state.health === 'unhealthy')
    effects.push(say('info', `Engine came back to life after ${state.failures} retries. Hooray!`));
  return { state: healthy(answering, atMs), effects: [{ type: 'publish' }, ...effects] };
}

/** It has answered for the whole of its hold; the link has kept its records up meanwhile. */
function released(state: EngineActorState, atMs: number): EngineTurn {
  const next = { ...healthy(state, atMs), publishedAtMs: atMs };
  return { state: next, effects: [{ type: 'publish' }, say('info', 'Engine came back to life after its hold. Hooray!')] };
}

function healthy(state: EngineActorState, atMs: number): EngineActorState {
  const sinceMs = state.health === 'healthy' ? state.sinceMs : atMs;
  return { ...state, health: 'healthy', reason: undefined, sinceMs, nextRetryAtMs: undefined, heldUntilMs: undefined };
}

function linkBroke(settings: EngineSettings, state: EngineActorState, cause: string, atMs: number): EngineTurn {
  const effects: EngineEffect[] = [{ type: 'close-link' }, say('warn', `error monitoring events, will restart: ${cause}`)];
  // A hold needs a link: what stands in its way now is that the link broke.
  const unheld = state.heldUntilMs === undefined ? state : { ...state, heldUntilMs: undefined, reason: cause };
  // A link that ends as soon as it opened would make a busy loop of reconnects.
  if (atMs - state.connectedAtMs < settings.reprobeIntervalMs) {
    const next: EngineActorState = { ...unheld, link: 'down' };
    return { state: next, effects: [...effects, schedule('connect', settings.reprobeIntervalMs)] };
  }
  const turn = startConnecting(settings, unheld);
  return { state: turn.state, effects: [...effects, ...turn.effects] };
}

function answered(settings: EngineSettings, state: EngineActorState, ofProbe: boolean, atMs: number): EngineTurn {
  const effects: EngineEffect[] = ofProbe ? [schedule('probe', settings.probeIntervalMs)] : [];
  if (state.failures === 0) return { state: { ...state, updatedAtMs: atMs }, effects };
  return {
    state: { ...state, failures: 0, reason: undefined, updatedAtMs: atMs },
    effects: [{ type: 'publish' }, ...effects],
  };
}

function resynced(
  settings: EngineSettings,
  address: string,
  state: EngineActorState,
  news: Extract<EngineMessage, { type: 'resynced' }>,
): EngineTurn {
  const { identity, clockDeltaMs, atMs } = news;
  // A hold outlasts resyncs, and so does its reason.
  const reason = state.heldUntilMs === undefined ? undefined : state.reason;
  const read = { identity, clockDeltaMs, updatedAtMs: atMs, reason, resyncFailure: undefined, failures: 0 };
  return {
    state: { ...state, ...read, inventoryComplete: true },
    effects: [
      { type: 'publish' },
      nextResync(settings, atMs - state.connectedAtMs),
      ...identityNews(address, state, identity.id),
    ],
  };
}

function probe(settings: EngineSettings, state: EngineActorState): EngineEffect {
  return { type: 'probe', timeoutMs: state.failures > 0 ? settings.reprobeTimeoutMs : settings.probeTimeoutMs };
}

function identityNews(address: string, state: EngineActorState, id: string): EngineEffect[] {
  if (state.identity === undefined || state.identity.id === id) return [];
  return [say('warn', `Engine (ID: ${state.identity.id}, Addr: ${address}) shows up with another ID: ${id}; it was read anew`)];
}

/** As rare as the link is old: what a reading finds was missed when it began, or will never be. */
function nextResync({ refreshMinMs, refreshMaxMs }: EngineSettings, stoodMs: number): EngineEffect {
  const afterMs = Math.max(refreshMinMs, Math.min(stoodMs, refreshMaxMs / 2));
  return schedule('resync', afterMs, Math.min(afterMs, refreshMaxMs - afterMs));
}
