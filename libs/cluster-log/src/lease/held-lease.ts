import { BaleenError, subjects } from '#contracts';
import type { Clock } from '#service-shell';
import type { ClusterLog, Fence, Lease, LeaseOptions } from '../log.ts';
import { decodeLease, encodeLease } from './lease-record.ts';

/** The holder steps down this part of the TTL after the last renewal it *sent* that succeeded: before anybody else can win. */
const stepDownPart = 0.9;
/** Several tries fit into one TTL: a single long try lost leases to short outages (feasibility 3). */
const triesPerTtl = 6;
/** Less often where nothing fails: each renewal is a delivery to every follower, which is most of what a fleet at rest costs. */
const renewalsPerTtl = 3;
const quickestTryMs = 300;
/** A lease this long outlives every outage of the log (an election takes 5 to 6 s) though it rests for half of its time. */
const longTtlMs = 30_000;

/** How long after a renewal that failed, or is not answered, the next one is tried, ms. */
export function renewalIntervalMs(ttlMs: number): number {
  const quick = ttlMs / triesPerTtl;
  return quick >= quickestTryMs ? quick : ttlMs / renewalsPerTtl;
}

/** How long a lease of this TTL rests after a renewal, ms: who holds many long ones writes little. */
export function renewalRestMs(ttlMs: number): number {
  return ttlMs / (ttlMs >= longTtlMs ? 2 : renewalsPerTtl);
}

/** A lease that was just taken; renews itself until it is lost or released. */
export class HeldLease implements Lease {
  readonly what: string;
  readonly term: number;
  readonly #log: ClusterLog;
  readonly #clock: Clock;
  readonly #options: LeaseOptions;
  readonly #subject: string;
  readonly #lost = new AbortController();
  #sequence: number;
  /** Monotonic time at which the last successful write was sent. */
  #renewedAtMs: number;
  #renewing: Promise<void> | undefined;
  #ended = false;
  #cancelRenewal: () => void = () => undefined;
  #cancelStepDown: () => void = () => undefined;

  constructor(
    log: ClusterLog,
    clock: Clock,
    taken: { readonly what: string; readonly sequence: number; readonly sentAtMs: number },
    options: LeaseOptions,
  ) {
    this.what = taken.what;
    this.term = taken.sequence;
    this.#log = log;
    this.#clock = clock;
    this.#options = options;
    this.#subject = subjects.lease(taken.what);
    this.#sequence = taken.sequence;
    this.#renewedAtMs = taken.sentAtMs;
    this.#scheduleStepDown();
    this.#scheduleRenewal(this.#intervalMs);
  }

  get held(): boolean {
    return !this.#ended && this.#clock.monotonicMs() < this.#stepDownAtMs;
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get renewing(): Promise<void> | undefined {
    return this.#renewing;
  }

  get renewed(): { readonly sequence: number; readonly sentAtMs: number } {
    return { sequence: this.#sequence, sentAtMs: this.#renewedAtMs };
  }

  fence(): Fence {
    return { subject: this.#subject, sequence: this.#sequence };
  }

  async release(): Promise<void> {
    if (this.#ended) return;
    this.#end();
    await this.#renewing;
    const known = this.#sequence;
    if (await this.#giveBack()) return;
    // A renewal whose answer did not come in time may have been written.
    await this.#adoptOrLose();
    if (this.#sequence !== known) await this.#giveBack();
  }

  async verify(): Promise<void> {
    if (!this.#ended) await this.#adoptOrLose();
  }

  /** True when it is free, or the log is away: it ends by its TTL then. False when what stands there was not known to be ours. */
  async #giveBack(): Promise<boolean> {
    try {
      await this.#log.delete(this.#subject, { expectedSequence: this.#sequence });
      return true;
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      return error.code !== 'cluster/claim-taken';
    }
  }

  #lose(reason: string): void {
    if (this.#ended) return;
    this.#end();
    this.#lost.abort(
      new BaleenError('cluster/fenced', `lease ${this.what} was lost: ${reason}`, { details: { term: this.term } }),
    );
  }

  get #intervalMs(): number {
    return renewalIntervalMs(this.#options.ttlMs);
  }

  get #stepDownAtMs(): number {
    return this.#renewedAtMs + stepDownPart * this.#options.ttlMs;
  }

  #end(): void {
    this.#ended = true;
    this.#cancelRenewal();
    this.#cancelStepDown();
  }

  #scheduleStepDown(): void {
    this.#cancelStepDown();
    const leftMs = this.#stepDownAtMs - this.#clock.monotonicMs();
    this.#cancelStepDown = this.#clock.after(leftMs, () => this.#lose('it could not be renewed in time'));
  }

  #scheduleRenewal(afterMs: number): void {
    this.#cancelRenewal();
    this.#cancelRenewal = this.#clock.after(afterMs, () => {
      // A try that hangs does not stop the next one: whichever the server took is found again by the term.
      const renewal = this.#renew().finally(() => {
        if (this.#renewing === renewal) this.#renewing = undefined;
      });
      this.#renewing = renewal;
      this.#scheduleRenewal(this.#intervalMs);
    });
  }

  async #renew(): Promise<void> {
    const sentAtMs = this.#clock.monotonicMs();
    const { ttlMs } = this.#options;
    const payload = encodeLease({ holder: this.#options.holder, term: this.term });
    try {
      // An answer that comes after the interval still counts.
      const options = { expectedSequence: this.#sequence, ttlMs };
      const renewal = this.#log.append(this.#subject, payload, options).then((sequence) => this.#renewed(sequence, sentAtMs));
      await this.#withinOneInterval(renewal);
    } catch (error) {
      if (error instanceof BaleenError && error.code === 'cluster/claim-taken') await this.#adoptOrLose();
      // Anything else (NATS away): the next try is due before the step-down.
    }
  }

  #renewed(sequence: number, sentAtMs: number): void {
    if (sequence < this.#sequence) return;
    this.#sequence = sequence;
    if (this.#ended) return;
    this.#renewedAtMs = Math.max(this.#renewedAtMs, sentAtMs);
    this.#scheduleStepDown();
    const restMs = renewalRestMs(this.#options.ttlMs);
    if (restMs > this.#intervalMs) this.#scheduleRenewal(restMs);
  }

  /** Not our last sequence: either an earlier try of ours was written and its answer lost, or the lease is another's. */
  async #adoptOrLose(): Promise<void> {
    try {
      const found = await this.#withinOneInterval(this.#log.get(this.#subject).then((entry) => ({ entry })));
      if (found === undefined) return;
      const record = found.entry?.payload === undefined ? undefined : decodeLease(found.entry.payload);
      if (found.entry !== undefined && (record?.term === this.term || found.entry.sequence === this.term)) {
        // Its send time is unknown, so the step-down time stays; the next renewal moves it.
        this.#sequence = Math.max(this.#sequence, found.entry.sequence);
      } else {
        this.#lose(record === undefined ? 'it expired' : `${record.holder} holds it`);
      }
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
    }
  }

  /** `undefined` when it takes longer than until the next renewal. */
  async #withinOneInterval<T>(work: Promise<T>): Promise<T | undefined> {
    let cancel: () => void = () => undefined;
    const bound = new Promise<undefined>((resolve) => {
      cancel = this.#clock.after(this.#intervalMs, () => resolve(undefined));
    });
    try {
      return await Promise.race([work, bound]);
    } finally {
      cancel();
    }
  }
}
