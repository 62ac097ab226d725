import type { EngineConflict, EngineIdentity, EngineState } from '#contracts';

/** What the actor of one engine is told. `atMs` is the wall clock, `elapsedMs` how long the failed attempt took. */
export type EngineMessage =
  | { readonly type: 'connect-due' }
  | { readonly type: 'connected'; readonly identity: EngineIdentity; readonly clockDeltaMs: number; readonly atMs: number }
  | { readonly type: 'connect-failed'; readonly cause: string; readonly elapsedMs: number; readonly atMs: number }
  /** The daemon is served under another member; told instead of `connected` or `resynced`. */
  | { readonly type: 'conflicted'; readonly conflict: EngineConflict; readonly cause: string; readonly atMs: number }
  | { readonly type: 'link-broke'; readonly cause: string; readonly atMs: number }
  | { readonly type: 'probe-due' }
  | { readonly type: 'probe-wanted' }
  | { readonly type: 'engine-answered'; readonly atMs: number; readonly ofProbe: boolean }
  | { readonly type: 'engine-failed'; readonly cause: string; readonly elapsedMs: number; readonly atMs: number }
  | { readonly type: 'resync-due' }
  | { readonly type: 'resynced'; readonly identity: EngineIdentity; readonly clockDeltaMs: number; readonly atMs: number }
  | { readonly type: 'resync-failed'; readonly cause: string; readonly atMs: number }
  | { readonly type: 'hold-due'; readonly atMs: number }
  | { readonly type: 'lease-lost' }
  | { readonly type: 'member-removed' };

export type EngineTimer = 'connect' | 'probe' | 'resync' | 'hold';

/** Work the behaviour asks for. A link is one period of connection: an open event stream and the calls made beside it. */
export type EngineEffect =
  /** Open a link: ping, identity, claim of the daemon, event stream, whole inventory. Answered by `connected`, `connect-failed` or `conflicted`. */
  | { readonly type: 'connect'; readonly pingTimeoutMs: number }
  /** One health question. Answered by `engine-answered` or `engine-failed`. */
  | { readonly type: 'probe'; readonly timeoutMs: number }
  /** Identity and lists again. Answered by `resynced`, `conflicted`, `resync-failed` or `engine-failed`. */
  | { readonly type: 'resync' }
  | { readonly type: 'close-link' }
  /** Delete the records of what the engine holds: another member shows it. */
  | { readonly type: 'withdraw' }
  /** Replaces the timer of that name; the delay is afterMs plus a random part of spreadMs. */
  | { readonly type: 'schedule'; readonly timer: EngineTimer; readonly afterMs: number; readonly spreadMs: number }
  /** Write `engine.<key>.info` from the state. */
  | { readonly type: 'publish' }
  | { readonly type: 'log'; readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly text: string }
  /** Nothing more is to be done for this engine: close the link, cancel the timers. */
  | { readonly type: 'end' };

export type EngineHealth = EngineState | 'abandoned';

export type EngineActorState = {
  readonly health: EngineHealth;
  /** down: waiting for the next attempt. */
  readonly link: 'down' | 'connecting' | 'up';
  /** Why it is not healthy, or the last failure while it still counts as healthy. */
  readonly reason: string | undefined;
  /** Why the last resync failed; a ping that succeeds does not mend that. */
  readonly resyncFailure: string | undefined;
  /** Failures in a row. */
  readonly failures: number;
  readonly sinceMs: number;
  readonly updatedAtMs: number;
  /** Last record worth writing; while an engine is away not every attempt is. */
  readonly publishedAtMs: number;
  readonly connectedAtMs: number;
  readonly nextRetryAtMs: number | undefined;
  /** Set while it answers but is held unhealthy (flap-damping.ts). */
  readonly heldUntilMs: number | undefined;
  readonly flapsAtMs: readonly number[];
  readonly conflict: EngineConflict | undefined;
  readonly identity: EngineIdentity | undefined;
  readonly clockDeltaMs: number;
  readonly inventoryComplete: boolean;
};
