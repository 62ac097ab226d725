import type { ClusterBus } from '#cluster-bus';
import { type ClusterLog, goodbyeMaxMs, type LogEntry, type LogFollower } from '#cluster-log';
import { BaleenError, type RecordSubject, subjects } from '#contracts';
import type { Clock, Logger } from '#service-shell';
import { GatewayLeases, gatewayLeases, isGatewayLease } from '../presence/gateway-leases.ts';
import { Presence } from '../presence/presence.ts';
import { AheadEvents } from './ahead-events.ts';
import { type AwaitedRecord, AwaitedRecords } from './awaited-records.ts';
import { FleetView } from './fleet-view.ts';
import { barrierTimeoutMs, SharedBarrier } from './shared-barrier.ts';

/** A record that has left for the log is there within milliseconds; after this its engine's owner is asked again. */
const recordMaxMs = 1_000;
/** After a start or a stream made anew, the fleet has this long to report itself before requests are answered with what is there. */
const settleTimeoutMs = 15_000;

const passed: Promise<void> = Promise.resolve();

export type ViewFollowerOptions = {
  readonly log: ClusterLog;
  /** On which gateways greet each other. */
  readonly bus: ClusterBus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Id of this gateway process: names its barrier record and its lease. */
  readonly gateway: string;
  /** See contracts, `EngineSight.apiFloor`. */
  readonly apiFloor?: string;
};

/** Who follows the view itself. */
export type ViewListener = {
  /** This record has changed, or those of a batch, and the view has it. */
  readonly onApplied: (changed: RecordSubject) => void;
  /** The view has settled: the first one, or another one in its place. */
  readonly onSettled: () => void;
};

/** What routes read of it: the whole view or somebody's part of it. */
export type FollowedView = Pick<
  ViewFollower,
  | 'view'
  | 'ready'
  | 'isReady'
  | 'upToDate'
  | 'toldInLog'
  | 'barrier'
  | 'reached'
  | 'hasNext'
  | 'known'
  | 'watch'
  | 'lagMs'
  | 'sequence'
>;

/**
 * Keeps a `FleetView` up with the log. After a stream was lost and made anew, the last view goes on answering until the new one
 * has settled (or its time is up).
 */
export class ViewFollower {
  readonly #options: ViewFollowerOptions;
  readonly #follower: LogFollower;
  readonly #gateways: GatewayLeases;
  readonly #presence: Presence;
  #view: FleetView;
  /** The view that is being filled; the same as `#view` once it has settled. */
  #filling: FleetView;
  #caughtUp = false;
  #stopSettling: () => void;
  #cancelLook: () => void = () => undefined;
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  readonly #listeners = new Set<ViewListener>();
  readonly #barrier: SharedBarrier;
  readonly #awaited: AwaitedRecords;
  readonly #ahead: AheadEvents;
  /** Counts what was heard from others that may be ahead of the view, and how many of it a barrier has settled. */
  #doubts = 0;
  #doubtsSettled = 0;
  /** Highest sequence that this gateway has acknowledged: the view may be behind it where waiting took too long. */
  #acknowledged = 0;

  constructor(options: ViewFollowerOptions) {
    this.#options = options;
    this.#view = this.#filling = this.#newView();
    this.#stopSettling = this.#startSettling();
    this.#awaited = new AwaitedRecords(options.clock, () => ({ view: this.#filling, sequence: this.#follower.sequence }));
    this.#ahead = new AheadEvents(options.clock);
    const { log, bus, clock, logger, gateway } = options;
    this.#gateways = new GatewayLeases(gateway);
    const leases = ['lease.engine.*', 'lease.monitor.*', gatewayLeases];
    const patterns = ['member.*', 'node.*', 'engine.>', 'batch.>', ...leases, subjects.barrier(gateway)];
    this.#follower = log.follow(patterns, {
      onEntry: (entry) => (isGatewayLease(entry.subject) ? this.#gateways.apply(entry) : this.#apply(entry)),
      onCaughtUp: () => {
        this.#caughtUp = true;
        this.#filling.abandonUnregistered();
        this.#presence.begin();
        this.#settleIfPossible();
      },
      onReset: () => this.#onReset(),
    });
    this.#barrier = new SharedBarrier({
      log,
      clock,
      gateway,
      follower: this.#follower,
      onFailed: (error) => this.#onFailed(error),
    });
    this.#presence = new Presence({ log, bus, clock, logger, gateway, leases: this.#gateways, follower: this.#follower });
  }

  get view(): FleetView {
    return this.#view;
  }

  /** Place in the log up to which it has read. */
  get sequence(): number {
    return this.#follower.sequence;
  }

  /** From an entry's writing until it was read, at the last barrier; `undefined` = that one failed, or there was none. */
  get lagMs(): number | undefined {
    return this.#barrier.lagMs;
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
   * For reads: whatever was acknowledged before the call is in the view afterwards. At once while this gateway is the only one, since it
   * acknowledges only what its view has (docs/adr/0029); else behind a barrier.
   */
  upToDate(): Promise<void> {
    return this.isUpToDate ? passed : this.barrier();
  }

  /** The view as it is has all that was ever acknowledged; false where that is not known. */
  get isUpToDate(): boolean {
    const isCurrent = this.#caughtUp && this.#filling === this.#view;
    const isSure = this.#doubts === this.#doubtsSettled && this.#follower.sequence >= this.#acknowledged;
    return isCurrent && isSure && this.#ahead.isUntold && this.#presence.isAlone;
  }

  /** Whatever clients have heard by events before the call is in the log afterwards, though maybe not in the view. Bounded and never rejecting. */
  toldInLog(): Promise<void> {
    return this.isUpToDate ? passed : this.#ahead.inLog();
  }

  /** Something was heard that may rest on entries which the view does not have yet: the next read passes a barrier. */
  doubt(): void {
    this.#doubts += 1;
  }

  /** An event left ahead of its records; `isTold` to clients of this gateway. */
  heardAhead(engine: string, serial: number, isTold: boolean): void {
    this.#ahead.heard(engine, serial, isTold);
  }

  /** The engine's events of these numbers have their records in the log, but maybe not in the view yet. */
  settledAhead(engine: string, serials: readonly number[]): void {
    if (this.#ahead.settled(engine, serials)) this.doubt();
  }

  /** Whatever was in the log before the call is in the view afterwards. Never rejects: after 2 s the last view has to do. */
  async barrier(): Promise<void> {
    await this.#ahead.inLog();
    const doubts = this.#doubts;
    // What the last view shows the others have seen long ago.
    if (!(await this.#barrier.pass())) return;
    this.#doubtsSettled = Math.max(this.#doubtsSettled, doubts);
    await this.#presence.known();
  }

  /** Waits until the view has seen this sequence, so that it can be acknowledged; bounded like a barrier and never rejecting. */
  async reached(sequence: number): Promise<void> {
    this.#acknowledged = Math.max(this.#acknowledged, sequence);
    await this.#follower.reached(sequence, barrierTimeoutMs).catch((error: unknown) => this.#onFailed(error));
    await this.known();
  }

  /** `reached` of a record that is on its way; false where it, or a later word of the container, has not come within a second. */
  async hasNext(record: AwaitedRecord): Promise<boolean> {
    const isShown = await this.#awaited.shown(record, recordMaxMs);
    if (isShown) await this.known();
    return isShown;
  }

  /** Waits until what is in the log can be acknowledged: no other gateway answers without it from now on. Bounded and never rejecting. */
  known(): Promise<void> {
    return this.#presence.known();
  }

  stop(): Promise<void> {
    this.#stopSettling();
    this.#cancelLook();
    this.#follower.stop();
    return this.#presence.stop();
  }

  #apply(entry: LogEntry): void {
    const changed = this.#filling.apply(entry);
    if (changed === undefined) return;
    this.#awaited.applied(changed, entry.sequence);
    if (changed.type === 'registration' && entry.payload === undefined) this.#lookAgain();
    if (this.#filling === this.#view) for (const { onApplied } of this.#listeners) onApplied(changed);
    // Only these can settle a view; asking after each of 100,000 containers would cost seconds.
    if (changed.type === 'member' || changed.type === 'engine') this.#settleIfPossible();
  }

  /** Who said goodbye has given everything back by then, or is gone. */
  #lookAgain(): void {
    this.#cancelLook();
    this.#cancelLook = this.#options.clock.after(goodbyeMaxMs, () => this.#filling.abandonUnregistered());
  }

  #onFailed(error: unknown): void {
    this.#options.logger[error instanceof BaleenError ? 'warn' : 'error']({ err: error }, 'answering from the last view');
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
    this.#gateways.reset();
    this.#acknowledged = 0;
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
