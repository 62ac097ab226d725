import type { ClusterLog, LogFollower } from '#cluster-log';
import { BaleenError, subjects } from '#contracts';
import { type Clock, type Logger, within } from '#service-shell';
import { FleetView } from './fleet-view.ts';

/** A read waits this long for its barrier, then the last view answers: better a little old than not at all. */
const barrierTimeoutMs = 2_000;
/** After a start or a stream made anew, the fleet has this long to report itself before requests are answered with what is there. */
const settleTimeoutMs = 15_000;
/** A barrier record has no reader after its moment; it must not stay for every gateway that ever lived. */
const barrierTtlMs = 60_000;

export type ViewFollowerOptions = {
  readonly log: ClusterLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Id of this gateway process: names its barrier record. */
  readonly gateway: string;
  /** See contracts, `EngineSight.apiFloor`. */
  readonly apiFloor?: string;
};

/** Who follows the view itself. */
export type ViewListener = {
  /** The record of this subject has changed, and the view has it. */
  readonly onApplied: (subject: string) => void;
  /** The view has settled: the first one, or another one in its place. */
  readonly onSettled: () => void;
};

/**
 * Keeps a `FleetView` up with the log. After a stream was lost and made anew, the last view goes on answering until the new one
 * has settled (or its time is up).
 */
export class ViewFollower {
  readonly #options: ViewFollowerOptions;
  readonly #follower: LogFollower;
  #view: FleetView;
  /** The view that is being filled; the same as `#view` once it has settled. */
  #filling: FleetView;
  #caughtUp = false;
  #stopSettling: () => void;
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  #running: Promise<void> = Promise.resolve();
  #queued: Promise<void> | undefined;
  readonly #listeners = new Set<ViewListener>();

  constructor(options: ViewFollowerOptions) {
    this.#options = options;
    this.#view = this.#filling = this.#newView();
    this.#stopSettling = this.#startSettling();
    const patterns = ['member.*', 'node.*', 'engine.>', 'batch.>', 'lease.engine.*', subjects.barrier(options.gateway)];
    this.#follower = options.log.follow(patterns, {
      onEntry: (entry) => {
        this.#filling.apply(entry);
        if (this.#filling === this.#view) for (const { onApplied } of this.#listeners) onApplied(entry.subject);
        // Only these can settle a view; asking after each of 100,000 containers would cost seconds.
        const isOfEngine = entry.subject.startsWith('member.') || entry.subject.endsWith('.info');
        if (isOfEngine) this.#settleIfPossible();
      },
      onCaughtUp: () => {
        this.#caughtUp = true;
        this.#settleIfPossible();
      },
      onReset: () => this.#onReset(),
    });
  }

  get view(): FleetView {
    return this.#view;
  }

  /** Tells of changes of the view from now on; the answer ends that. Listeners must not throw. */
  watch(listener: ViewListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves once the view has caught up and each member has answered or failed, at the latest 15 s after the start. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /**
   * Whatever was acknowledged before the call is in the view afterwards. Coalesced: one append is in flight, all callers that
   * came after it began share the next. Never rejects: after 2 s the last view has to do.
   */
  barrier(): Promise<void> {
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined;
      this.#running = this.#runBarrier();
      return this.#running;
    });
    return this.#queued;
  }

  /** Waits until the view has seen this sequence; bounded like a barrier and never rejecting. */
  async reached(sequence: number): Promise<void> {
    await this.#tolerant(this.#follower.reached(sequence, barrierTimeoutMs));
  }

  stop(): void {
    this.#stopSettling();
    this.#follower.stop();
  }

  async #runBarrier(): Promise<void> {
    const { log, gateway } = this.#options;
    const written = log.append(subjects.barrier(gateway), new Uint8Array(), { ttlMs: barrierTtlMs });
    const passed = written.then((sequence) => this.#follower.reached(sequence, barrierTimeoutMs));
    await this.#tolerant(this.#bounded(passed));
  }

  async #tolerant(waiting: Promise<void>): Promise<void> {
    try {
      await waiting;
    } catch (error) {
      const isExpected = error instanceof BaleenError;
      this.#options.logger[isExpected ? 'warn' : 'error']({ err: error }, 'answering from the last view');
    }
  }

  async #bounded(waiting: Promise<void>): Promise<void> {
    if (await within(this.#options.clock, barrierTimeoutMs, waiting)) return;
    throw new BaleenError('cluster/unavailable', `the log did not answer within ${barrierTimeoutMs} ms`);
  }

  #newView(): FleetView {
    const { clock, logger, apiFloor } = this.#options;
    return new FleetView(
      (subject, error) => logger.error({ subject, err: error }, 'record cannot be read'),
      () => clock.nowMs(),
      apiFloor,
    );
  }

  #onReset(): void {
    this.#options.logger.warn('the log was made anew; answering from the last view until the fleet has reported again');
    this.#filling = this.#newView();
    this.#caughtUp = false;
    this.#stopSettling();
    this.#stopSettling = this.#startSettling();
  }

  #startSettling(): () => void {
    return this.#options.clock.after(settleTimeoutMs, () => this.#settle());
  }

  #settleIfPossible(): void {
    const isWaiting = this.#filling !== this.#view || !this.#isReady;
    if (isWaiting && this.#caughtUp && this.#filling.isSettled) this.#settle();
  }

  #settle(): void {
    this.#stopSettling();
    this.#view = this.#filling;
    this.#isReady = true;
    this.#ready.resolve();
    for (const { onSettled } of this.#listeners) onSettled();
  }
}
