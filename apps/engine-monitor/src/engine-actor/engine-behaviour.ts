import type { Behaviour, Outcome } from '#actor';
import type { EngineRecord } from '#contracts';
import type { EngineActorState, EngineEffect, EngineMessage, EngineTimer } from './engine-messages.ts';
import type { EngineSettings } from './engine-settings.ts';

type Turn = Outcome<EngineActorState, EngineEffect>;
type Failure = { readonly cause: string; readonly elapsedMs: number; readonly atMs: number };

/** A resync that the daemon refused (not a connection failure) is tried again after this. */
const resyncRetryMs = 5_000;

/**
 * The life of one engine under one owner (spec 3, with its bugs 7, 9, 10, 13 mended):
 * pending → healthy ⇄ unhealthy; `lease-lost` abandons it, `member-removed` disconnects it, both for good.
 * Every way (back) to healthy leads through `connect`, so that state is read anew after any gap.
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
    initial: () => ({ state: first, effects: [...publish, connect(settings.probeTimeoutMs)] }),
    receive: (state, message) =>
      state.health === 'abandoned' || state.health === 'disconnected'
        ? { state, effects: [] }
        : receive(settings, address, state, message),
  };
}

function pendingSince(atMs: number): EngineActorState {
  return {
    health: 'pending',
    link: 'connecting',
    reason: undefined,
    failures: 0,
    sinceMs: atMs,
    updatedAtMs: atMs,
    connectedAtMs: 0,
    identity: undefined,
    clockDeltaMs: 0,
    inventoryComplete: false,
  };
}

function inheritedFrom(record: EngineRecord): EngineActorState {
  return {
    ...pendingSince(record.sinceMs),
    health: record.state === 'disconnected' ? 'pending' : record.state,
    reason: record.reason,
    failures: record.failures,
    updatedAtMs: record.updatedAtMs,
    identity: record.identity,
    clockDeltaMs: record.clockDeltaMs,
    inventoryComplete: record.inventoryComplete,
  };
}

function receive(settings: EngineSettings, address: string, state: EngineActorState, message: EngineMessage): Turn {
  switch (message.type) {
    case 'connect-due':
      return state.link === 'down' ? startConnecting(settings, state) : unchanged(state);
    case 'connected':
      return state.link === 'connecting' ? connected(settings, address, state, message) : unchanged(state);
    case 'connect-failed':
      return state.link === 'connecting'
        ? retryLater(settings, failed(settings, state, message), message.elapsedMs)
        : unchanged(state);
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
      return state.link === 'up' ? callFailed(settings, state, message) : failed(settings, state, message);
    case 'resync-due':
      return state.link === 'up' ? { state, effects: [{ type: 'resync' }] } : unchanged(state);
    case 'resynced':
      return state.link === 'up' ? resynced(settings, address, state, message) : unchanged(state);
    case 'resync-failed':
      return state.link === 'up' ? resyncRefused(state, message.cause, message.atMs) : unchanged(state);
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
): Turn {
  const next: EngineActorState = {
    ...state,
    health: 'healthy',
    link: 'up',
    reason: undefined,
    failures: 0,
    sinceMs: state.health === 'healthy' ? state.sinceMs : news.atMs,
    updatedAtMs: news.atMs,
    connectedAtMs: news.atMs,
    identity: news.identity,
    clockDeltaMs: news.clockDeltaMs,
    inventoryComplete: true,
  };
  const effects: EngineEffect[] = [{ type: 'publish' }, schedule('probe', settings.probeIntervalMs), nextResync(settings)];
  if (state.health === 'pending') effects.push(say('info', `Registered Engine ${news.identity.name} at ${address}`));
  if (state.health === 'unhealthy') {
    effects.push(say('info', `Engine came back to life after ${state.failures} retries. Hooray!`));
  }
  return { state: next, effects: [...effects, ...identityNews(address, state, news.identity.id)] };
}

function linkBroke(settings: EngineSettings, state: EngineActorState, cause: string, atMs: number): Turn {
  const effects: EngineEffect[] = [{ type: 'close-link' }, say('warn', `error monitoring events, will restart: ${cause}`)];
  // A link that ends as soon as it opened would make a busy loop of reconnects.
  if (atMs - state.connectedAtMs < settings.reprobeIntervalMs) {
    return { state: { ...state, link: 'down' }, effects: [...effects, schedule('connect', settings.reprobeIntervalMs)] };
  }
  const turn = startConnecting(settings, state);
  return { state: turn.state, effects: [...effects, ...turn.effects] };
}

function answered(settings: EngineSettings, state: EngineActorState, ofProbe: boolean, atMs: number): Turn {
  const effects: EngineEffect[] = ofProbe ? [schedule('probe', settings.probeIntervalMs)] : [];
  if (state.failures === 0) return { state: { ...state, updatedAtMs: atMs }, effects };
  return {
    state: { ...state, failures: 0, reason: undefined, updatedAtMs: atMs },
    effects: [{ type: 'publish' }, ...effects],
  };
}

function callFailed(settings: EngineSettings, state: EngineActorState, failure: Failure): Turn {
  const turn = failed(settings, state, failure);
  if (turn.state.health === 'unhealthy') {
    const later = retryLater(settings, turn, failure.elapsedMs);
    return { state: later.state, effects: [{ type: 'close-link' }, ...later.effects] };
  }
  const afterMs = Math.max(0, settings.reprobeIntervalMs - failure.elapsedMs);
  return { state: turn.state, effects: [...turn.effects, schedule('probe', afterMs)] };
}

function resynced(
  settings: EngineSettings,
  address: string,
  state: EngineActorState,
  news: Extract<EngineMessage, { type: 'resynced' }>,
): Turn {
  const { identity, clockDeltaMs, atMs } = news;
  return {
    state: { ...state, identity, clockDeltaMs, updatedAtMs: atMs, reason: undefined, failures: 0, inventoryComplete: true },
    effects: [{ type: 'publish' }, nextResync(settings), ...identityNews(address, state, identity.id)],
  };
}

function resyncRefused(state: EngineActorState, cause: string, atMs: number): Turn {
  // Said once, not at every retry.
  const news = state.reason === cause ? [] : [say('warn', `Update engine specs failed: ${cause}`)];
  return {
    state: { ...state, reason: cause, updatedAtMs: atMs },
    effects: [{ type: 'publish' }, ...news, schedule('resync', resyncRetryMs)],
  };
}

function failed(settings: EngineSettings, state: EngineActorState, { cause, atMs }: Failure): Turn {
  const next = { ...state, failures: state.failures + 1, reason: cause, updatedAtMs: atMs };
  if (state.health === 'healthy' && next.failures >= settings.failureLimit) {
    return {
      state: { ...next, health: 'unhealthy', sinceMs: atMs },
      effects: [
        { type: 'publish' },
        say('error', `Flagging engine as unhealthy. Connect failed ${next.failures} times: ${cause}`),
      ],
    };
  }
  const effects: EngineEffect[] = [{ type: 'publish' }];
  if (state.health === 'pending' && state.reason !== cause)
    effects.push(say('warn', `Failed to validate pending node: ${cause}`));
  return { state: next, effects };
}

/** The link is down: the next attempt comes soon while the engine counts as healthy, then at doubling distances up to retryMaxMs. */
function retryLater(settings: EngineSettings, turn: Turn, elapsedMs: number): Turn {
  const { state } = turn;
  const beyond =
    state.health === 'healthy' ? 0 : Math.max(0, state.failures - (state.health === 'unhealthy' ? settings.failureLimit : 1));
  const spacingMs = Math.min(settings.retryMaxMs, settings.reprobeIntervalMs * 2 ** Math.min(beyond, 16));
  const afterMs = Math.max(0, spacingMs - elapsedMs);
  return { state: { ...state, link: 'down' }, effects: [...turn.effects, schedule('connect', afterMs)] };
}

function startConnecting(settings: EngineSettings, state: EngineActorState): Turn {
  const suspect = state.health === 'healthy' && state.failures > 0;
  const pingTimeoutMs = suspect ? settings.reprobeTimeoutMs : settings.probeTimeoutMs;
  return { state: { ...state, link: 'connecting' }, effects: [connect(pingTimeoutMs)] };
}

function probe(settings: EngineSettings, state: EngineActorState): EngineEffect {
  return { type: 'probe', timeoutMs: state.failures > 0 ? settings.reprobeTimeoutMs : settings.probeTimeoutMs };
}

function identityNews(address: string, state: EngineActorState, id: string): EngineEffect[] {
  if (state.identity === undefined || state.identity.id === id) return [];
  return [say('warn', `Engine (ID: ${state.identity.id}, Addr: ${address}) shows up with another ID: ${id}; it was read anew`)];
}

function nextResync(settings: EngineSettings): EngineEffect {
  return {
    type: 'schedule',
    timer: 'resync',
    afterMs: settings.refreshMinMs,
    spreadMs: settings.refreshMaxMs - settings.refreshMinMs,
  };
}

function schedule(timer: EngineTimer, afterMs: number): EngineEffect {
  return { type: 'schedule', timer, afterMs, spreadMs: 0 };
}

function connect(pingTimeoutMs: number): EngineEffect {
  return { type: 'connect', pingTimeoutMs };
}

function say(level: 'info' | 'warn' | 'error', text: string): EngineEffect {
  return { type: 'log', level, text };
}

function unchanged(state: EngineActorState): Turn {
  return { state, effects: [] };
}
