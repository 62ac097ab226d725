import { acquireLease, type ClusterLog, type Contender, contend, goodbyeMaxMs, type Lease, type LogFollower } from '#cluster-log';
import type { MemberRecord } from '#contracts';
import type { Clock, Logger } from '#service-shell';
import type { HeardOfLog } from '../engine-actor/heard-of-log.ts';
import { Slots } from '../inventory/slots.ts';
import { deleteRecords } from '../inventory/standing-records.ts';
import { Moves } from './moves.ts';
import { OngoingChanges } from './ongoing-changes.ts';
import { ownershipPlan } from './ownership-plan.ts';
import { OwnershipView, ownershipPatterns } from './ownership-view.ts';
import { PlanTimes } from './plan-times.ts';

/** What the keeper needs of an owned engine. */
export interface KeptEngine {
  stop(reason: 'lease-lost' | 'member-removed' | 'given-back'): Promise<void>;
}

/** How an owned engine and its keeper agree. */
export type OwnershipHooks = {
  /** False once another may own the engine, however long its lease would last: nothing more may be done to it. */
  readonly isOwned: () => boolean;
  readonly onGiveUp: () => void;
};

export type EngineKeeperOptions = {
  readonly log: ClusterLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Id of this monitor process; one subject token. */
  readonly monitor: string;
  /** Of its registration. */
  readonly leaseTtlMs: number;
  readonly start: (member: MemberRecord, lease: Lease, heard: HeardOfLog, hooks: OwnershipHooks) => Promise<KeptEngine>;
};

/**
 * How long each engine's lease lasts, ms: a thousand are a renewal in two seconds. Nobody waits for its end: this monitor's own registration, which
 * stays short, tells whether it lives (docs/adr/0050).
 */
export const engineLeaseTtlMs = 3_600_000;
/** Engines taken at once: each costs a lease, a follower and a reading of the engine. */
const takenAtOnceMax = 16;
/** A lease that was just taken is heard of within milliseconds; one that is not by then is given back and taken again. */
const leaseHeardMaxMs = 5_000;

type Owned = { readonly lease: Lease; readonly engine: KeptEngine };

/**
 * Owns the engines that rendezvous hashing designates to this monitor, each under `lease.engine.<key>`.
 * A monitor that joins is given its share politely, a few engines at a time; the engines of one that died are taken when its
 * registration ends.
 */
export class EngineKeeper {
  readonly #options: EngineKeeperOptions;
  readonly #view: OwnershipView;
  readonly #moves: Moves;
  readonly #follower: LogFollower;
  readonly #registration: Contender;
  readonly #owned = new Map<string, Owned>();
  readonly #busy: OngoingChanges;
  readonly #planTimes: PlanTimes;
  readonly #slots = new Slots(takenAtOnceMax, Number.POSITIVE_INFINITY);
  readonly #changes = { taken: 0, given_back: 0, lost: 0, removed: 0 };
  #caughtUp = false;
  #stopped = false;

  constructor(options: EngineKeeperOptions) {
    this.#options = options;
    this.#moves = new Moves(options.monitor);
    this.#view = new OwnershipView(() => options.clock.monotonicMs());
    const { log, clock, logger, monitor, leaseTtlMs } = options;
    this.#planTimes = new PlanTimes(clock, leaseTtlMs, () => this.#plan());
    this.#busy = new OngoingChanges(logger, () => this.#planTimes.soon());
    this.#follower = log.follow(ownershipPatterns, {
      onEntry: (entry) => {
        try {
          const change = this.#view.apply(entry);
          if (change === 'joined') this.#joined();
          if (change === 'left') this.#planTimes.afterGoodbye(goodbyeMaxMs);
          if (change !== 'none') this.#planTimes.soon();
        } catch (error) {
          logger.error({ err: error, subject: entry.subject }, 'a record breaks the contract');
        }
      },
      onCaughtUp: () => {
        this.#caughtUp = true;
        this.#planTimes.soon();
      },
      onReset: () => {
        this.#caughtUp = false;
        this.#view.reset();
        for (const { lease } of this.#owned.values()) void lease.verify?.();
      },
    });
    const registration = { ttlMs: leaseTtlMs, holder: monitor };
    this.#registration = contend(log, clock, `monitor.${monitor}`, registration, {
      onHeld: () => this.#planTimes.soon(),
      onLost: () => this.#unregistered(),
    });
    this.#planTimes.poll();
  }

  /** Keys of the engines this monitor owns now. */
  get owned(): string[] {
    return [...this.#owned.keys()];
  }

  /** Engines that this monitor has or is about to have, as members are spread over monitors; at least 1. */
  get share(): number {
    return Math.max(1, Math.ceil(this.#view.members.size / Math.max(1, this.#view.monitors.size)));
  }

  /** How often ownership moved since the start. */
  get changes(): Readonly<Record<string, number>> {
    return this.#changes;
  }

  /** Gives everything back, so that other monitors take over at once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#planTimes.stop();
    // First ourselves: the others then know who takes what we give back.
    await this.#registration.stop();
    this.#follower.stop();
    await this.#busy.ended();
    await Promise.all([...this.#owned].map(([key, owned]) => this.#giveBack(key, owned)));
  }

  /** Others count on it: without a registration they may own what this monitor holds leases of. */
  get #isRegistered(): boolean {
    return this.#registration.lease?.held === true;
  }

  /** What is free is taken at once; what others own moves once joins have settled. */
  #joined(): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#moves.joined(nowMs);
    this.#planTimes.onceSettled(this.#moves.settlesInMs(nowMs));
  }

  #plan(): void {
    if (this.#stopped || !this.#caughtUp) return;
    const { clock, monitor } = this.#options;
    const held = new Set([...this.#owned.keys(), ...this.#busy.engines]);
    const plan = ownershipPlan(this.#view, monitor, held, this.#moves.allowed(this.#view, clock.monotonicMs()));
    for (const key of plan.take) this.#busy.begin(key, () => this.#slots.use(() => this.#take(key)));
    for (const key of plan.release) this.#busy.begin(key, () => this.#slots.use(() => this.#release(key)));
    for (const key of plan.clean) this.#busy.begin(key, () => this.#slots.use(() => this.#clean(key)));
    for (const [key, owned] of this.#ownedAmong(plan.remove))
      this.#busy.begin(key, () => this.#slots.use(() => this.#remove(key, owned)));
    // Bounded by their own number; a command that is still in flight there must not keep others from being taken.
    for (const [key, owned] of this.#ownedAmong(plan.giveBack)) this.#busy.begin(key, () => this.#giveBack(key, owned));
  }

  #ownedAmong(keys: readonly string[]): [string, Owned][] {
    return keys.flatMap((key): [string, Owned][] => {
      const owned = this.#owned.get(key);
      return owned === undefined ? [] : [[key, owned]];
    });
  }

  async #take(key: string): Promise<void> {
    const member = this.#view.members.get(key);
    if (member === undefined || this.#stopped || !this.#isRegistered) return;
    const lease = await this.#acquire(key, this.#view.abandonedLease(key, this.#options.monitor));
    if (lease === undefined) return;
    this.#moves.undone(key);
    const { logger, start } = this.#options;
    try {
      // One that says goodbye keeps what it has not given back yet: nobody takes that over.
      const isOwned = () => lease.held && (this.#stopped || this.#isRegistered);
      const engine = await start(member, lease, await this.#heardOf(key, lease), { isOwned, onGiveUp: () => this.#givenUp(key) });
      this.#owned.set(key, { lease, engine });
      this.#changes.taken += 1;
      logger.debug({ engine: key, address: member.address, epoch: lease.term }, 'took an engine');
      lease.lost.addEventListener('abort', () => this.#lost(key, lease, 'its lease ended'));
      if (lease.lost.aborted) this.#lost(key, lease, 'its lease ended');
      else if (!this.#isRegistered) this.#unregistered();
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** Earlier owners cannot write behind our lease: once the view has that, it has what they left. */
  async #heardOf(key: string, lease: Lease): Promise<HeardOfLog> {
    await this.#follower.reached(lease.term, leaseHeardMaxMs);
    return { isRecorded: this.#view.isRecorded(key), leadingTerm: this.#view.leadingTerm };
  }

  #lost(key: string, lease: Lease, why: string): void {
    const owned = this.#owned.get(key);
    if (owned?.lease !== lease) return;
    this.#owned.delete(key);
    this.#changes.lost += 1;
    this.#options.logger.warn({ engine: key, epoch: lease.term }, `lost an engine: ${why}`);
    void owned.engine.stop('lease-lost');
    this.#planTimes.soon();
  }

  /**
   * Others see that this monitor is gone and may take over what it owned: nothing is its own any more, however long the engines'
   * leases would last.
   */
  #unregistered(): void {
    for (const [key, { lease }] of this.#owned) {
      this.#lost(key, lease, 'the registration of this monitor ended');
      void lease.release();
    }
    this.#planTimes.soon();
  }

  /** Taken over as its own first, so that nothing of what another may have taken meanwhile is given back. */
  async #release(key: string): Promise<void> {
    const lease = await this.#acquire(key, this.#view.abandonedLease(key, this.#options.monitor));
    await lease?.release();
  }

  /** The actor failed too often: whoever takes the engine next starts afresh. */
  #givenUp(key: string): void {
    const owned = this.#owned.get(key);
    if (owned === undefined) return;
    this.#options.logger.error({ engine: key }, 'gave an engine up after repeated defects');
    this.#busy.begin(key, () => this.#giveBack(key, owned));
  }

  async #giveBack(key: string, { lease, engine }: Owned): Promise<void> {
    this.#owned.delete(key);
    this.#moves.begun(key);
    this.#changes.given_back += 1;
    await engine.stop('given-back');
    await lease.release();
    this.#options.logger.info({ engine: key, epoch: lease.term }, 'gave an engine back');
  }

  async #remove(key: string, { lease, engine }: Owned): Promise<void> {
    this.#owned.delete(key);
    this.#changes.removed += 1;
    await engine.stop('member-removed');
    await this.#deleteAndRelease(key, lease);
  }

  /** Removed while no monitor ran: the records are nobody's. */
  async #clean(key: string): Promise<void> {
    const lease = await this.#acquire(key);
    if (lease !== undefined) await this.#deleteAndRelease(key, lease);
  }

  async #deleteAndRelease(key: string, lease: Lease): Promise<void> {
    try {
      await deleteRecords(this.#options.log, lease, key);
      this.#options.logger.info({ engine: key }, `Removed Engine ${key}`);
    } finally {
      await lease.release();
    }
  }

  #acquire(key: string, abandoned?: number): Promise<Lease | undefined> {
    const { log, clock, monitor } = this.#options;
    return acquireLease(log, clock, `engine.${key}`, { ttlMs: engineLeaseTtlMs, holder: monitor }, abandoned);
  }
}
