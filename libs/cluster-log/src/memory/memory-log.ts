import { BaleenError, type LogHealth } from '#contracts';
import { claimRoundsMax, requestTimeoutMs, tombstoneTtlMs } from '../limits.ts';
import type { AppendOptions, ClusterLog, DeleteOptions, Fence, LogEntry, LogFollower, LogObserver } from '../log.ts';
import { MemoryFollower } from './memory-follower.ts';
import type { MemoryLogModel, ModelWrite } from './memory-log-model.ts';

/** A handle on the model, as one process has it. `handle` names it for the model's faults. */
export function openMemoryLog(model: MemoryLogModel, handle = 'main'): ClusterLog {
  return new MemoryLog(model, handle);
}

class MemoryLog implements ClusterLog {
  readonly #model: MemoryLogModel;
  readonly #handle: string;
  readonly #followers = new Set<LogFollower>();
  #closed = false;

  constructor(model: MemoryLogModel, handle: string) {
    this.#model = model;
    this.#handle = handle;
  }

  append(subject: string, payload: Uint8Array, options: AppendOptions = {}): Promise<number> {
    return this.#write({ subject, payload, ttlMs: options.ttlMs, expected: undefined }, options);
  }

  delete(subject: string, options: DeleteOptions = {}): Promise<number> {
    const ttlMs = options.isLasting ? undefined : tombstoneTtlMs;
    return this.#write({ subject, payload: undefined, ttlMs, expected: undefined }, options);
  }

  makeRoom(subject: string, options: Pick<AppendOptions, 'fence'> = {}): Promise<number> {
    return this.#write({ subject, payload: 'room', ttlMs: tombstoneTtlMs, expected: undefined }, options);
  }

  note(subject: string, payload: Uint8Array | undefined, fence: Fence, ttlMs: number): void {
    const { defer } = this.#model;
    if (this.#closed || !this.#model.isConnected(this.#handle)) return;
    const isLost = this.#model.fateOf({ handle: this.#handle, subject }) === 'lose-request';
    const write = { subject, payload, ttlMs: payload === undefined ? tombstoneTtlMs : ttlMs, expected: fence };
    defer(() => {
      if (!isLost && this.#model.isConnected(this.#handle)) this.#model.write(write);
    });
  }

  async get(subject: string): Promise<LogEntry | undefined> {
    const last = await this.#exchange('deliver', () => this.#model.last(subject));
    return last?.payload === undefined ? undefined : last;
  }

  follow(patterns: readonly string[], observer: LogObserver): LogFollower {
    if (this.#closed) throw closedError();
    const follower = new MemoryFollower(this.#model, this.#handle, patterns, observer);
    this.#followers.add(follower);
    return follower;
  }

  async health(): Promise<LogHealth> {
    const facts = { server: '', clockDeltaMs: 0 };
    if (!this.#model.isConnected(this.#handle)) return { ...facts, failure: 'not connected' };
    return { ...facts, writeMs: 0 };
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const follower of this.#followers) follower.stop();
    this.#followers.clear();
    return Promise.resolve();
  }

  async #write(write: ModelWrite, { fence, expectedSequence }: AppendOptions): Promise<number> {
    const fate = this.#model.fateOf({ handle: this.#handle, subject: write.subject });
    if (expectedSequence !== undefined && fence === undefined) return this.#claim(write, expectedSequence, fate);
    const sequence = await this.#exchange(fate, () => this.#model.write({ ...write, expected: fence }));
    if (sequence !== undefined) return sequence;
    throw new BaleenError('cluster/fenced', `${write.subject} was not written: ${fence?.subject} is held by another or ended`, {
      details: { subject: write.subject, fence },
    });
  }

  /** In rounds as over NATS, so that simulation sees the same interleavings. */
  async #claim(write: ModelWrite, expectedSequence: number, fate: Fate): Promise<number> {
    let expected = expectedSequence;
    for (let round = 0; round < claimRoundsMax; round++) {
      const attempt = { ...write, expected: { subject: write.subject, sequence: expected } };
      const sequence = await this.#exchange(fate, () => this.#model.write(attempt));
      if (sequence !== undefined) return sequence;
      if (expectedSequence !== 0) break;
      const last = await this.#exchange('deliver', () => this.#model.last(write.subject));
      if (last?.payload !== undefined) break;
      expected = last?.sequence ?? 0;
    }
    throw new BaleenError('cluster/claim-taken', `${write.subject} is not as expected (sequence ${expectedSequence})`, {
      details: { subject: write.subject, expectedSequence },
    });
  }

  /** One request to the model and its answer, each a deferred step; rejects at a cut or by the bound. */
  #exchange<T>(fate: Fate, serve: () => T): Promise<T> {
    const { clock, defer } = this.#model;
    if (this.#closed) return Promise.reject(closedError());
    if (!this.#model.isConnected(this.#handle)) return Promise.reject(unavailable('not connected'));
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        cancelTimeout();
        stopWatching();
        settle();
      };
      const cancelTimeout = clock.after(requestTimeoutMs, () => finish(() => reject(unavailable('no answer'))));
      const stopWatching = this.#model.onConnection(this.#handle, () =>
        finish(() => reject(unavailable('the connection broke'))),
      );
      defer(() => {
        if (fate === 'lose-request' || !this.#model.isConnected(this.#handle)) return;
        const answer = serve();
        if (fate === 'lose-reply') return;
        const reply = () => finish(() => resolve(answer));
        if (fate === 'deliver') defer(reply);
        else clock.after(fate.delayMs, reply);
      });
    });
  }
}

type Fate = ReturnType<MemoryLogModel['fateOf']>;

function unavailable(reason: string): BaleenError {
  return new BaleenError('cluster/unavailable', `the log does not answer: ${reason}`);
}

function closedError(): BaleenError {
  return new BaleenError('cluster/unavailable', 'the log was closed');
}
