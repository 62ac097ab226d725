import { subjectMatches } from '#contracts';
import type { Clock } from '#service-shell';
import { silenceMaxMs, tombstoneTtlMs } from '../limits.ts';
import type { LogEntry } from '../log.ts';

/** What becomes of one append: lost on its way (never written), written with its answer lost or late, or as it should be. */
export type AppendFate = 'deliver' | 'lose-request' | 'lose-reply' | { readonly delayMs: number };

export type MemoryLogModelOptions = {
  readonly clock: Clock;
  /** Runs a delivery later; simulation injects its scheduler. Default: queueMicrotask. */
  readonly defer?: (delivery: () => void) => void;
  /** Asked for every append and delete; `handle` is the name given to `openMemoryLog`. */
  readonly fateOf?: (append: { readonly handle: string; readonly subject: string }) => AppendFate;
};

export type ModelWrite = {
  readonly subject: string;
  /** `undefined` = a tombstone, `room` = only takes the place of what stood there. */
  readonly payload: Uint8Array | 'room' | undefined;
  readonly ttlMs: number | undefined;
  readonly expected: { readonly subject: string; readonly sequence: number } | undefined;
};

/** What followers are sent; told to their observers unless it only `makesRoom`. */
export type ModelEntry = LogEntry & { readonly makesRoom?: true };

/** Where a follower stands in the model, so that it can go on after a cut. */
export type Position = { readonly incarnation: number; readonly sequence: number; readonly atMs: number };

/** One stream in memory, shared by the handles of `openMemoryLog`: the server's semantics without the server. */
export class MemoryLogModel {
  readonly clock: Clock;
  readonly defer: (delivery: () => void) => void;
  readonly fateOf: NonNullable<MemoryLogModelOptions['fateOf']>;
  readonly #records = new Map<string, { readonly entry: ModelEntry; readonly cancelExpiry: () => void }>();
  readonly #taps = new Set<{ readonly patterns: readonly string[]; readonly onEntry: (entry: ModelEntry) => void }>();
  readonly #cuts = new Map<string, Set<(connected: boolean) => void>>();
  readonly #disconnected = new Set<string>();
  #sequence: number;
  #incarnation = 1;

  constructor(options: MemoryLogModelOptions) {
    this.clock = options.clock;
    this.defer = options.defer ?? queueMicrotask;
    this.fateOf = options.fateOf ?? (() => 'deliver');
    this.#sequence = options.clock.nowMs() * 1_000;
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  /** Sequence of the last write. */
  get lastSequence(): number {
    return this.#sequence;
  }

  /** The sequence; `undefined` = the expectation did not hold. */
  write({ subject, payload, ttlMs, expected }: ModelWrite): number | undefined {
    if (expected !== undefined && (this.#records.get(expected.subject)?.entry.sequence ?? 0) !== expected.sequence)
      return undefined;
    return this.#put(subject, payload, ttlMs);
  }

  /** Last entry of a subject, tombstones included. */
  last(subject: string): LogEntry | undefined {
    return this.#records.get(subject)?.entry;
  }

  /** Last entries of the matching subjects behind a sequence, in order. */
  since(patterns: readonly string[], sequence: number): ModelEntry[] {
    const found = [...this.#records.values()].map(({ entry }) => entry);
    return found
      .filter((entry) => entry.sequence > sequence && patterns.some((pattern) => subjectMatches(pattern, entry.subject)))
      .sort((a, b) => a.sequence - b.sequence);
  }

  /** Calls back for each matching write from now on; the returned function ends it. */
  tap(patterns: readonly string[], onEntry: (entry: ModelEntry) => void): () => void {
    const tap = { patterns, onEntry };
    this.#taps.add(tap);
    return () => this.#taps.delete(tap);
  }

  /** Whether a follower may go on from there; otherwise it starts anew. */
  continues(position: Position): boolean {
    return position.incarnation === this.#incarnation && this.clock.monotonicMs() - position.atMs <= silenceMaxMs;
  }

  isConnected(handle: string): boolean {
    return !this.#disconnected.has(handle);
  }

  /** Fault: every handle of this name is cut off until `reconnect`. */
  disconnect(handle: string): void {
    if (this.#disconnected.has(handle)) return;
    this.#disconnected.add(handle);
    for (const listener of this.#cuts.get(handle) ?? []) listener(false);
  }

  reconnect(handle: string): void {
    if (!this.#disconnected.delete(handle)) return;
    for (const listener of this.#cuts.get(handle) ?? []) listener(true);
  }

  /** Fault: the stream is lost and made anew; all who are connected notice at once. */
  loseEverything(): void {
    for (const { cancelExpiry } of this.#records.values()) cancelExpiry();
    this.#records.clear();
    this.#incarnation += 1;
    this.#sequence = Math.max(this.#sequence + 1, this.clock.nowMs() * 1_000);
    for (const [handle, listeners] of this.#cuts) {
      if (!this.#disconnected.has(handle)) for (const listener of listeners) listener(true);
    }
  }

  /** Told when a handle is cut off or back (back also after `loseEverything`). The returned function ends it. */
  onConnection(handle: string, listener: (connected: boolean) => void): () => void {
    const listeners = this.#cuts.get(handle) ?? new Set();
    this.#cuts.set(handle, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  #put(subject: string, written: ModelWrite['payload'], ttlMs: number | undefined, expired = false): number {
    this.#records.get(subject)?.cancelExpiry();
    this.#sequence += 1;
    const payload = written === 'room' ? undefined : written;
    const facts = { subject, sequence: this.#sequence, payload };
    const entry: ModelEntry = {
      ...facts,
      ...(written === undefined && { expired }),
      ...(written === 'room' && { makesRoom: true }),
    };
    // Whole seconds, and at least one, as the server keeps them.
    const wholeMs = ttlMs === undefined ? undefined : Math.max(1, Math.ceil(ttlMs / 1_000)) * 1_000;
    const cancelExpiry = wholeMs === undefined ? () => undefined : this.clock.after(wholeMs, () => this.#expire(entry));
    this.#records.set(subject, { entry, cancelExpiry });
    for (const tap of this.#taps) {
      if (tap.patterns.some((pattern) => subjectMatches(pattern, subject))) tap.onEntry(entry);
    }
    return entry.sequence;
  }

  #expire(entry: LogEntry): void {
    if (entry.payload === undefined) this.#records.delete(entry.subject);
    else this.#put(entry.subject, undefined, tombstoneTtlMs, true);
  }
}
