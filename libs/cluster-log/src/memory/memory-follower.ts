import { FollowerProgress } from '../follower-progress.ts';
import type { LogFollower, LogObserver } from '../log.ts';
import type { MemoryLogModel, ModelEntry, Position } from './memory-log-model.ts';

type Delivery =
  | { readonly type: 'entry'; readonly entry: ModelEntry }
  | { readonly type: 'caught-up' }
  | { readonly type: 'reset' };

/** Follows the model: each write is delivered in order, one deferred step each; a cut handle gets nothing until it is back. */
export class MemoryFollower implements LogFollower {
  readonly #model: MemoryLogModel;
  readonly #handle: string;
  readonly #patterns: readonly string[];
  readonly #observer: LogObserver;
  readonly #progress: FollowerProgress;
  readonly #stopWatching: () => void;
  /** Ends the delivery of new writes; `undefined` while cut off. */
  #stopTap: (() => void) | undefined;
  #queue: Delivery[] = [];
  #left: Position | undefined;
  #caughtUp = false;
  #stopped = false;

  constructor(model: MemoryLogModel, handle: string, patterns: readonly string[], observer: LogObserver) {
    this.#model = model;
    this.#handle = handle;
    this.#patterns = patterns;
    this.#observer = observer;
    this.#progress = new FollowerProgress(model.clock);
    this.#stopWatching = model.onConnection(handle, (connected) => {
      this.#detach();
      if (connected) this.#attach();
    });
    if (model.isConnected(handle)) this.#attach();
  }

  get sequence(): number {
    return this.#progress.sequence;
  }

  get caughtUp(): Promise<void> {
    return this.#progress.caughtUp;
  }

  reached(sequence: number, timeoutMs: number): Promise<void> {
    return this.#progress.reached(sequence, timeoutMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#stopWatching();
    this.#detach();
    this.#progress.stop();
  }

  #attach(): void {
    const goesOn = this.#left === undefined || this.#model.continues(this.#left);
    if (!goesOn) {
      this.#caughtUp = false;
      this.#progress.restart();
      this.#push({ type: 'reset' });
    }
    for (const entry of this.#model.since(this.#patterns, this.#progress.sequence)) this.#push({ type: 'entry', entry });
    if (!this.#caughtUp) this.#push({ type: 'caught-up' });
    this.#left = { incarnation: this.#model.incarnation, sequence: this.#progress.sequence, atMs: Number.POSITIVE_INFINITY };
    this.#stopTap = this.#model.tap(this.#patterns, (entry) => this.#push({ type: 'entry', entry }));
  }

  /** What was on its way is lost; it is delivered again behind the last entry seen. */
  #detach(): void {
    if (this.#stopTap === undefined) return;
    this.#stopTap();
    this.#stopTap = undefined;
    // A reset that was not delivered must still come.
    const resetPending = this.#queue.some((delivery) => delivery.type === 'reset');
    this.#queue = [];
    if (this.#left !== undefined) {
      const incarnation = resetPending ? 0 : this.#left.incarnation;
      this.#left = { incarnation, sequence: this.#progress.sequence, atMs: this.#model.clock.monotonicMs() };
    }
  }

  #push(delivery: Delivery): void {
    this.#queue.push(delivery);
    this.#model.defer(() => this.#deliver(delivery));
  }

  #deliver(delivery: Delivery): void {
    if (this.#stopped || this.#queue[0] !== delivery || !this.#model.isConnected(this.#handle)) return;
    this.#queue.shift();
    switch (delivery.type) {
      case 'entry':
        if (!delivery.entry.makesRoom) this.#observer.onEntry(delivery.entry);
        this.#progress.advance(delivery.entry.sequence);
        break;
      case 'caught-up':
        this.#caughtUp = true;
        this.#observer.onCaughtUp?.();
        this.#progress.markCaughtUp();
        break;
      case 'reset':
        this.#observer.onReset?.();
        break;
    }
  }
}
