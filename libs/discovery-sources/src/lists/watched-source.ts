import { BaleenError } from '#contracts';
import { type Clock, sleep } from '#service-shell';
import type { DiscoverySource, SourceObserver } from '../discovery-source.ts';
import { ListReporter } from './list-reporter.ts';

/** A place that holds a list and may tell when it changes. Both reject with discovery/unavailable. */
export interface WatchedStore {
  /** The complete list as it is now, empty entries left out. */
  list(signal: AbortSignal): Promise<readonly string[]>;
  /** Runs until the signal aborts; rejects when the watch broke. `onReady`: changes from now on are told. Absent = it is read by heartbeat only. */
  watch?(hooks: { readonly onReady: () => void; readonly onChange: () => void }, signal: AbortSignal): Promise<void>;
  /** Drops connections; called once, when the source is stopped. */
  close?(): Promise<void>;
}

export type WatchedSourceOptions = {
  readonly name: string;
  readonly store: WatchedStore;
  readonly clock: Clock;
  /** Time between two reads without a change, ms: finds a watch that went silent. */
  readonly heartbeatMs: number;
};

/** Two connection attempts to a store of several servers fit in. */
const watchReadyMaxMs = 10_000;
/** A hundred agents that come at once are one change. */
const settleMs = 50;
/** After a break: soon, since most are a restart; then ever less often, so that a store that is down is not hammered. */
const backoffFirstMs = 250;
const backoffMaxMs = 10_000;

/** Reads a store at once, after each change and each heartbeat; starts over with back-off when it fails. */
export function watchedSource(options: WatchedSourceOptions): DiscoverySource {
  return { name: options.name, start: (observer) => new StoreReading(options, observer) };
}

class StoreReading {
  readonly #options: WatchedSourceOptions;
  readonly #reporter: ListReporter;
  readonly #stop = new AbortController();
  #backoffMs = backoffFirstMs;

  constructor(options: WatchedSourceOptions, observer: SourceObserver) {
    this.#options = options;
    this.#reporter = new ListReporter(observer, options.clock, options.heartbeatMs, { ranges: false });
    void this.#run();
  }

  stop(): void {
    this.#stop.abort(new BaleenError('discovery/unavailable', 'the source was stopped'));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    try {
      for (;;) {
        await this.#roundToItsEnd();
        await sleep(this.#options.clock, this.#backoffMs, signal);
        this.#backoffMs = Math.min(this.#backoffMs * 2, backoffMaxMs);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    await this.#options.store.close?.();
  }

  async #roundToItsEnd(): Promise<void> {
    const { clock } = this.#options;
    const startedAtMs = clock.monotonicMs();
    try {
      await this.#round();
    } catch (error) {
      if (this.#stop.signal.aborted || !(error instanceof BaleenError)) throw error;
      this.#reporter.failed(error);
    }
    if (clock.monotonicMs() - startedAtMs > backoffMaxMs) this.#backoffMs = backoffFirstMs;
  }

  /** One life of the watch: ends by rejecting. */
  async #round(): Promise<never> {
    const { name, store, clock, heartbeatMs } = this.#options;
    const end = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, end.signal]);
    const changes = new Changes(clock);
    const stopped = () => changes.fail(this.#stop.signal.reason);
    this.#stop.signal.addEventListener('abort', stopped);
    try {
      // The watch first: a change between the two is seen twice rather than never.
      if (store.watch !== undefined) {
        store.watch({ onReady: () => changes.wake(), onChange: () => changes.wake() }, signal).then(
          () => changes.fail(new BaleenError('discovery/unavailable', `the watch on ${name} ended`)),
          (error: unknown) => changes.fail(error),
        );
        if (!(await changes.within(watchReadyMaxMs))) {
          throw new BaleenError('discovery/unavailable', `no watch on ${name} within ${watchReadyMaxMs} ms`);
        }
      }
      for (;;) {
        this.#reporter.read(await store.list(signal));
        if (await changes.within(heartbeatMs)) await sleep(clock, settleMs, signal);
      }
    } finally {
      this.#stop.signal.removeEventListener('abort', stopped);
      end.abort(new BaleenError('discovery/unavailable', 'the watch starts over'));
    }
  }
}

/** Remembers that something changed while nobody waited; several changes are one. */
class Changes {
  readonly #clock: Clock;
  #changed = false;
  #failure: { readonly cause: unknown } | undefined;
  #waiter: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#changed = true;
    this.#waiter?.();
  }

  fail(cause: unknown): void {
    this.#failure ??= { cause };
    this.#waiter?.();
  }

  /** True at a change, false when the time passed without one; rejects with what the watch failed with. */
  async within(boundMs: number): Promise<boolean> {
    if (!this.#changed && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(boundMs, resolve);
        this.#waiter = () => {
          cancel();
          resolve();
        };
      });
      this.#waiter = undefined;
    }
    if (this.#failure !== undefined) throw this.#failure.cause;
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }
}
