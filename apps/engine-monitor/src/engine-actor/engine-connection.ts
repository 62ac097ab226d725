import { BaleenError, type EngineAnswer, type EngineIdentity } from '#contracts';
import type { EngineReader } from '../inventory/engine-reader.ts';

export type EngineCallRequest = {
  readonly method: string;
  /** Path with query, without version prefix. */
  readonly path: string;
  /** Empty = the engine's newest. */
  readonly apiVersion: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
};

export type EventStream = {
  /** The daemon repeats what it remembers from there on, ns since 1970 by its clock; `undefined` = only what happens from now on. */
  readonly sinceNs?: bigint | undefined;
  /** Called before the first line, with the daemon's clock as the head of its answer says it (whole seconds). */
  readonly onOpened?: (clockNs: bigint | undefined) => void;
  /** Lines come in the daemon's order, what it repeats first. */
  readonly onLine: (line: Buffer) => void;
};

/**
 * One engine as its owner talks to it. Implementations: the Docker API (`docker-connection.ts`) and the specs' model engine.
 * Everything rejects with BaleenError engine/{unreachable,timeout,bad-answer}; an answer with an error status resolves.
 */
export interface EngineConnection {
  readonly reader: EngineReader;
  /** Asks by a request whether a Docker daemon answers there. */
  ping(timeoutMs: number): Promise<void>;
  /** Asks on an open link whether the daemon answers, without a request where it can be; `onRequest` is told of each that it takes. */
  probe(timeoutMs: number, onRequest?: () => void): Promise<void>;
  /** Reads what the daemon says of itself and settles the API version anew. */
  identify(): Promise<{ readonly identity: EngineIdentity; readonly clockDeltaMs: number }>;
  /** Opens the event stream; resolves once it stands, `ended` resolves with the reason when it ends. */
  openEvents(stream: EventStream, signal: AbortSignal): Promise<{ readonly ended: Promise<string> }>;
  call(request: EngineCallRequest): Promise<EngineAnswer>;
  close(): Promise<void>;
}

/** True when the engine could not be talked to: what counts as a failure of its health. */
export function isConnectionFailure(error: unknown): error is BaleenError {
  return error instanceof BaleenError && (error.code === 'engine/unreachable' || error.code === 'engine/timeout');
}
