import { appendUnder, type ClusterLog, type Contender, contend, type Lease, type LogFollower } from '#cluster-log';
import { BaleenError, decodeRecord, encodeRecord, MemberRecord, subjects } from '#contracts';
import type { DiscoverySource } from '#discovery-sources';
import type { Clock, Logger } from '#service-shell';
import { memberDiff, type SourceList } from './member-diff.ts';

export type MemberKeeperOptions = {
  readonly log: ClusterLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is listed is the sum; their names differ. */
  readonly sources: readonly DiscoverySource[];
  /** This process, as the holder of `lease.discovery`. */
  readonly instance: string;
  readonly leaseTtlMs: number;
};

/** A write that NATS did not take is tried again after this. */
const retryMs = 1_000;
/** Members whose writes are under way at once: of a thousand, each would wait for the one before. */
const writtenTogether = 64;
/** How long the own view may lag behind the own writes. */
const viewTimeoutMs = 2_000;
/**
 * The first lists are waited for this long and written together, so that a fleet does not look complete with a part of it; a store
 * that is down at the start does not keep the other engines out for longer.
 */
const firstListsMs = 2_000;
const memberPrefix = subjects.member('');

/**
 * Keeps the members in the log equal to what the sources list together, while it holds `lease.discovery`; stands by otherwise.
 * Members of a source that has not listed yet stay. Once all have listed, each change ends with `barrier.discovery`: whoever has seen
 * that record in the log knows the whole list. An error of a source changes nothing (spec 2.2).
 */
export class MemberKeeper {
  readonly #options: MemberKeeperOptions;
  readonly #members = new Map<string, MemberRecord>();
  readonly #follower: LogFollower;
  readonly #contender: Contender;
  readonly #readings: readonly { stop(): void }[];
  readonly #listed = new Map<string, readonly string[]>();
  readonly #cancelFirstLists: () => void;
  #mayBePartial = false;
  #writing: Promise<void> | undefined;
  #changed = false;
  #stopped = false;
  #cancelRetry: () => void = () => undefined;

  constructor(options: MemberKeeperOptions) {
    this.#options = options;
    const { log, clock, sources, instance, leaseTtlMs } = options;
    // The lease and the barrier are followed so that the view reaches the sequences waited for below.
    const patterns = [subjects.member('*'), subjects.lease('discovery'), subjects.barrier('discovery')];
    this.#follower = log.follow(patterns, {
      onEntry: ({ subject, payload }) => this.#remember(subject, payload),
      onReset: () => this.#members.clear(),
    });
    this.#contender = contend(log, clock, 'discovery', { ttlMs: leaseTtlMs, holder: instance }, { onHeld: () => this.#write() });
    this.#cancelFirstLists = clock.after(firstListsMs, () => {
      this.#mayBePartial = true;
      if (this.#listed.size < sources.length) this.#write();
    });
    this.#readings = sources.map((source) => this.#read(source));
  }

  get active(): boolean {
    return this.#contender.lease?.held === true;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelFirstLists();
    for (const reading of this.#readings) reading.stop();
    this.#cancelRetry();
    await this.#writing;
    await this.#contender.stop();
    this.#follower.stop();
  }

  #read(source: DiscoverySource): { stop(): void } {
    return source.start({
      onList: (addresses) => {
        this.#listed.set(source.name, addresses);
        this.#write();
      },
      onError: (error) => this.#options.logger.error(`Discovery error: ${error.message}`),
    });
  }

  #remember(subject: string, payload: Uint8Array | undefined): void {
    if (!subject.startsWith(memberPrefix)) return;
    const key = subject.slice(memberPrefix.length);
    if (payload === undefined) {
      this.#members.delete(key);
      return;
    }
    try {
      this.#members.set(key, decodeRecord(MemberRecord, payload));
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
    const lists = this.#options.sources.map(({ name }) => ({ source: name, addresses: this.#listed.get(name) }));
    const isComplete = lists.every(({ addresses }) => addresses !== undefined);
    const isWritable = isComplete || (this.#mayBePartial && this.#listed.size > 0);
    if (lease === undefined || !isWritable || this.#stopped) return;
    try {
      await this.#follower.caughtUp;
      await this.#follower.reached(lease.term, viewTimeoutMs);
      const written = await this.#bringUpToDate(lease, lists);
      const last = isComplete ? await this.#completeList(lease, lists) : written;
      await this.#follower.reached(last, viewTimeoutMs);
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      this.#options.logger.warn({ err: error }, 'the list of engines was not written, trying again');
      this.#cancelRetry = this.#options.clock.after(retryMs, () => this.#write());
    }
  }

  /** Removes before it adds, so that an engine that changed its address can come back under the new one. Resolves with the last sequence written. */
  async #bringUpToDate(lease: Lease, lists: readonly SourceList[]): Promise<number> {
    const { log, logger } = this.#options;
    const { removed, added } = memberDiff(this.#members, lists);
    let sequence = 0;
    for (const key of removed) {
      sequence = await appendUnder(lease, log, subjects.member(key), undefined);
      logger.info({ engine: key }, `Removed Engine ${this.#members.get(key)?.address ?? key}`);
    }
    for (let at = 0; at < added.length; at += writtenTogether) {
      const writes = added.slice(at, at + writtenTogether).map((member) => this.#add(lease, member));
      // All to their ends, or those of the next try would overlap with them.
      await Promise.allSettled(writes);
      sequence = Math.max(...(await Promise.all(writes)));
    }
    return sequence;
  }

  async #add(lease: Lease, member: MemberRecord): Promise<number> {
    const { log, logger } = this.#options;
    const sequence = await appendUnder(lease, log, subjects.member(member.key), encodeRecord(member));
    logger.info({ engine: member.key }, `listed engine ${member.address}`);
    return sequence;
  }

  async #completeList(lease: Lease, lists: readonly SourceList[]): Promise<number> {
    const engines = lists.reduce((count, { addresses = [] }) => count + addresses.length, 0);
    return await appendUnder(lease, this.#options.log, subjects.barrier('discovery'), encodeRecord({ engines }));
  }
}
