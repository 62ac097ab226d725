import { appendUnder, type ClusterLog, type Contender, contend, type Lease, type LogFollower } from '#cluster-log';
import { BaleenError, MemberRecord, subjects } from '#contracts';
import type { Clock, Logger } from '#service-shell';
import type { DiscoverySource } from '../sources/discovery-source.ts';
import { memberDiff } from './member-diff.ts';

export type MemberKeeperOptions = {
  readonly log: ClusterLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly source: DiscoverySource;
  /** This process, as the holder of `lease.discovery`. */
  readonly instance: string;
  readonly leaseTtlMs: number;
};

/** A write that NATS did not take is tried again after this. */
const retryMs = 1_000;
/** How long the own view may lag behind the own writes. */
const viewTimeoutMs = 2_000;
const memberPrefix = subjects.member('');

/**
 * Keeps the members in the log equal to what the source lists, while it holds `lease.discovery`; stands by otherwise.
 * After each change it appends `barrier.discovery`: whoever has seen that record in the log knows the whole list.
 * An error of the source changes nothing (spec 2.2).
 */
export class MemberKeeper {
  readonly #options: MemberKeeperOptions;
  readonly #members = new Map<string, MemberRecord>();
  readonly #follower: LogFollower;
  readonly #contender: Contender;
  readonly #reading: { stop(): void };
  #listed: readonly string[] | undefined;
  #writing: Promise<void> | undefined;
  #changed = false;
  #stopped = false;
  #cancelRetry: () => void = () => undefined;

  constructor(options: MemberKeeperOptions) {
    this.#options = options;
    const { log, clock, source, instance, leaseTtlMs, logger } = options;
    // The lease and the barrier are followed so that the view reaches the sequences waited for below.
    const patterns = [subjects.member('*'), subjects.lease('discovery'), subjects.barrier('discovery')];
    this.#follower = log.follow(patterns, {
      onEntry: ({ subject, payload }) => this.#remember(subject, payload),
      onReset: () => this.#members.clear(),
    });
    this.#contender = contend(log, clock, 'discovery', { ttlMs: leaseTtlMs, holder: instance }, { onHeld: () => this.#write() });
    this.#reading = source.start({
      onList: (addresses) => {
        this.#listed = addresses;
        this.#write();
      },
      onError: (error) => logger.error(`Discovery error: ${error.message}`),
    });
  }

  get active(): boolean {
    return this.#contender.lease?.held === true;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#reading.stop();
    this.#cancelRetry();
    await this.#writing;
    await this.#contender.stop();
    this.#follower.stop();
  }

  #remember(subject: string, payload: Uint8Array | undefined): void {
    if (!subject.startsWith(memberPrefix)) return;
    const key = subject.slice(memberPrefix.length);
    if (payload === undefined) {
      this.#members.delete(key);
      return;
    }
    try {
      this.#members.set(key, MemberRecord.parse(JSON.parse(Buffer.from(payload).toString())));
    } catch (error) {
      this.#options.logger.warn({ err: error, subject }, 'a member record breaks the contract');
    }
  }

  #write(): void {
    if (this.#writing !== undefined) {
      this.#changed = true;
      return;
    }
    this.#changed = false;
    this.#writing = this.#writeOnce().finally(() => {
      this.#writing = undefined;
      if (this.#changed && !this.#stopped) this.#write();
    });
  }

  async #writeOnce(): Promise<void> {
    const lease = this.#contender.lease;
    if (lease === undefined || this.#listed === undefined || this.#stopped) return;
    try {
      await this.#follower.caughtUp;
      await this.#follower.reached(lease.term, viewTimeoutMs);
      await this.#follower.reached(await this.#bringUpToDate(lease, this.#listed), viewTimeoutMs);
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      this.#options.logger.warn({ err: error }, 'the list of engines was not written, trying again');
      this.#cancelRetry = this.#options.clock.after(retryMs, () => this.#write());
    }
  }

  /** Removes before it adds, so that an engine that changed its address can come back under the new one. */
  async #bringUpToDate(lease: Lease, addresses: readonly string[]): Promise<number> {
    const { log, source, logger } = this.#options;
    const { removed, added } = memberDiff(this.#members, addresses, source.name);
    for (const key of removed) {
      await appendUnder(lease, log, subjects.member(key), undefined);
      logger.info({ engine: key }, `Removed Engine ${this.#members.get(key)?.address ?? key}`);
    }
    for (const member of added) {
      await appendUnder(lease, log, subjects.member(member.key), Buffer.from(JSON.stringify(member)));
      logger.info({ engine: member.key }, `listed engine ${member.address}`);
    }
    const complete = Buffer.from(JSON.stringify({ engines: addresses.length }));
    return await appendUnder(lease, log, subjects.barrier('discovery'), complete);
  }
}
