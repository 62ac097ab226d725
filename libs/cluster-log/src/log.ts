import type { LogHealth } from '#contracts';

/**
 * The one log (docs/architecture.md): a stream that keeps the last message of each subject, in one total order.
 * Two implementations pass one conformance suite (test/contract/cluster-log): JetStream, and an in-memory model for simulation.
 * Subjects are relative (`engine.k.info`); payloads are bytes.
 */
export type LogEntry = {
  readonly subject: string;
  /** Place in the total order, strictly rising, never 0. */
  readonly sequence: number;
  /** `undefined` = the record was deleted or expired. Else a window on memory of the connection: who keeps some of it keeps a copy. */
  readonly payload: Uint8Array | undefined;
  /** With a payload that is `undefined`: true = its time ran out, else somebody deleted it. */
  readonly expired?: boolean;
};

/** A lease as proof: the write is refused unless `subject`'s last sequence is still `sequence`. */
export type Fence = { readonly subject: string; readonly sequence: number };

export type AppendOptions = {
  /** Refused with `cluster/fenced` unless the lease still stands. */
  readonly fence?: Fence;
  /** Refused with `cluster/claim-taken` unless this is the subject's last sequence; 0 = the record must not exist. Not together with `fence`. */
  readonly expectedSequence?: number;
  /** The record disappears this many ms after the write (followers get a deletion). At least 1,000; whole seconds are kept. */
  readonly ttlMs?: number;
};

export type DeleteOptions = Pick<AppendOptions, 'fence' | 'expectedSequence'> & {
  /** Stays in the log until something else is written under the subject. */
  readonly isLasting?: boolean;
};

export interface ClusterLog {
  /** Appends, resolves with the sequence once the server has it. Rejects with BaleenError cluster/{unavailable,fenced,claim-taken}. */
  append(subject: string, payload: Uint8Array, options?: AppendOptions): Promise<number>;
  /** Deletes the record of a subject (followers get a deletion). Resolves with its sequence, also when there was none. */
  delete(subject: string, options?: DeleteOptions): Promise<number>;
  /** Takes a subject's record or deletion out of the log, because another record says the same: followers hear nothing. */
  makeRoom(subject: string, options?: Pick<AppendOptions, 'fence'>): Promise<number>;
  /**
   * Last record of each matching subject first (in sequence order), then every change. Patterns are NATS wildcards.
   * Survives reconnects and a stream that was lost and made again (`onReset`, then a fresh start).
   */
  follow(patterns: readonly string[], observer: LogObserver): LogFollower;
  /**
   * `append` under a lease (`payload` undefined: `delete`) that nobody waits for and that may be lost without a word: refused by the fence, or
   * sent while disconnected. For records that only explain, and for deletions that their time makes too. Keeps its place among the appends of
   * this process. Never throws.
   */
  note(subject: string, payload: Uint8Array | undefined, fence: Fence, ttlMs: number): void;
  /** Looks at what keeps the log and tries one write. Never rejects: what is wrong is in the answer. */
  health(): Promise<LogHealth>;
  /** Last record of a subject, `undefined` when there is none. */
  get(subject: string): Promise<LogEntry | undefined>;
  /** Closes all followers and drops the connection's part in the log; idempotent. */
  close(): Promise<void>;
}

export type LogObserver = {
  /** Called in sequence order, synchronously; must not throw. */
  readonly onEntry: (entry: LogEntry) => void;
  /** Everything that was in the log when the follower (re)started has been delivered. */
  readonly onCaughtUp?: () => void;
  /** The stream was made anew: forget the view and every lease; entries start again. */
  readonly onReset?: () => void;
};

export interface LogFollower {
  /** Sequence up to which `onEntry` was called. */
  readonly sequence: number;
  /** Resolves when `sequence` has reached the given one, or rejects with cluster/unavailable after `timeoutMs`. */
  reached(sequence: number, timeoutMs: number): Promise<void>;
  /** Resolves at the first `onCaughtUp`. */
  readonly caughtUp: Promise<void>;
  stop(): void;
}

/** Exclusive, expiring ownership: `lease.<what>`. Taking is an append that expects 0, holding one that expects its own last sequence. */
export interface Lease {
  readonly what: string;
  /** Sequence at which it was taken: the term or epoch, rising over holders (also over a stream made anew). */
  readonly term: number;
  /** The fence for writes under this lease; changes with every renewal, so ask each time. */
  fence(): Fence;
  /** Its last write that is known to have succeeded (the taking or a renewal): its sequence, and the monotonic time before it was sent. */
  readonly renewed: { readonly sequence: number; readonly sentAtMs: number };
  /** The renewal in flight, if any: until it settles `fence` may be out of date (`appendUnder` waits for it). Never rejects. */
  readonly renewing?: Promise<void> | undefined;
  /** False from the moment it is lost, given back, or could not be renewed for 0.9 TTL of the monotonic clock. */
  readonly held: boolean;
  /** Aborted when it is lost (not when given back). */
  readonly lost: AbortSignal;
  /** Asks the log at once whether it still stands (the log was made anew), instead of waiting for the next renewal. Never rejects. */
  verify?(): Promise<void>;
  /** Give it back; others may take it at once. */
  release(): Promise<void>;
}

export type LeaseOptions = {
  /** At least 1,000. Renewed every ttl/3 (ttl/6 when that is at least 300 ms, ttl/2 from 30 s on). */
  readonly ttlMs: number;
  /** Who holds it; readable by others (`get('lease.<what>')` has it as UTF-8 JSON `{"holder": …}`). */
  readonly holder: string;
};
