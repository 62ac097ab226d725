import type { Readable } from 'node:stream';
import { BaleenError } from '#contracts';
import type { FleetEngine } from '../fleet-view/fleet-engine.ts';
import type { FleetView } from '../fleet-view/fleet-view.ts';

export type DaemonRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Path with query, without version prefix. */
  readonly path: string;
  /** The client's version; brought into the engine's own window. */
  readonly apiVersion: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent as the engine takes it. */
  readonly body?: string | Buffer | Readable;
  /** For the whole answer of `call`, for the head of `stream`. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
};

export type DaemonAnswer = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer };
export type DaemonStream = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
};

/** Speaks to engines directly. Rejects with engine/unreachable, engine/timeout, engine/bad-answer; an HTTP error is an answer. */
export interface Daemons {
  call(engine: FleetEngine, request: DaemonRequest): Promise<DaemonAnswer>;
  /** Resolves with the head; the caller reads or destroys the body. */
  stream(engine: FleetEngine, request: DaemonRequest): Promise<DaemonStream>;
}

/** The engine of an object, if it answers; else engine/unhealthy at once, so that nobody waits for a silent machine. */
export function healthyEngine(view: FleetView, key: string, what: string): FleetEngine {
  const engine = view.engine(key);
  if (engine?.isHealthy) return engine;
  const { reason, state = 'no member of the fleet any more' } = engine?.condition ?? {};
  throw new BaleenError(
    'engine/unhealthy',
    `${what} is on unhealthy node ${engine?.name ?? key}: ${reason ?? `it is ${state}`}`,
    {
      details: { engine: key },
    },
  );
}

/** The message of a daemon's refusal, or its text when it is no Docker JSON. */
export function refusalText(body: string): string {
  try {
    const parsed = JSON.parse(body) as { message?: unknown };
    if (typeof parsed.message === 'string') return parsed.message;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return body.trim();
}
