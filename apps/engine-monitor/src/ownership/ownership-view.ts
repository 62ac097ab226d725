import { decodeLease, type LogEntry, Registrations } from '#cluster-log';
import { agentAddress, decodeRecord, engineKey, MemberRecord, parseRecordSubject, subjects } from '#contracts';
import { termOf } from '../commands/term-fence.ts';

/** Subjects the view is a fold of. */
export const ownershipPatterns = [
  subjects.member('*'),
  subjects.agent('*'),
  subjects.lease('monitor.*'),
  subjects.lease('engine.*'),
  subjects.lease('scheduler'),
  subjects.engineInfo('*'),
  subjects.barrier('discovery'),
];

type LeaseState = { readonly holder: string; readonly sequence: number };

/**
 * What an entry changed for a plan: `joined` = one more monitor, which may have a right to engines of others; `left` = one less, which may have
 * to give some back.
 */
export type OwnershipChange = 'none' | 'joined' | 'left' | 'other';

/** Members, live monitors and leased engines as the log has them. A fold: no I/O. */
export class OwnershipView {
  readonly #members = new Map<string, MemberRecord>();
  /** Members from before the log was made anew, until discovery has listed them all again. */
  readonly #unconfirmed = new Set<string>();
  readonly #registrations: Registrations;
  readonly #leased = new Map<string, LeaseState>();
  readonly #recorded = new Set<string>();
  /** Engines whose agents have enrolled and not left, whether discovery has listed them yet or not. */
  readonly #enrolled = new Set<string>();
  #leadingTerm = 0;
  #listComplete = false;

  /** `nowMs`: monotonic. */
  constructor(nowMs: () => number) {
    this.#registrations = new Registrations(nowMs);
  }

  get members(): ReadonlyMap<string, MemberRecord> {
    return this.#members;
  }

  get monitors(): ReadonlySet<string> {
    return this.#registrations.live;
  }

  isLeased(engine: string): boolean {
    return this.#leased.has(engine);
  }

  /** Id of the monitor that holds the engine's lease, the last one known while it may be gone. */
  holderOf(engine: string): string | undefined {
    return this.#leased.get(engine)?.holder;
  }

  /** Engines whose leases this monitor holds. */
  leasedTo(monitor: string): string[] {
    return [...this.#leased].flatMap(([engine, { holder }]) => (holder === monitor ? [engine] : []));
  }

  /**
   * Sequence of the lease of an engine that `self` does not own, when its holder is gone without a goodbye, or did not come to its end (or is
   * `self`, from before its registration ended): the lease may be taken over. A monitor is gone when its registration ended; it has noticed that before
   * (libs/cluster-log, step-down), and the log refuses its writes afterwards.
   */
  abandonedLease(engine: string, self: string): number | undefined {
    const lease = this.#leased.get(engine);
    if (lease === undefined) return undefined;
    return this.#registrations.keeps(lease.holder) && lease.holder !== self ? undefined : lease.sequence;
  }

  /**
   * The log has records of the engine: an owner writes what the engine is before anything that it holds, and who cleans up deletes that last
   * (`deleteRecords`).
   */
  isRecorded(engine: string): boolean {
    return this.#recorded.has(engine);
  }

  /** Of the scheduler that leads; 0 = nobody does. */
  get leadingTerm(): number {
    return this.#leadingTerm;
  }

  /** Engines with records that are no members any more; none while the list may be incomplete. */
  get orphans(): string[] {
    if (!this.#listComplete) return [];
    return [...this.#recorded].filter((engine) => !this.#members.has(engine) && !this.#enrolled.has(engine));
  }

  /** Applies one entry; throws when a record breaks its contract. Renewals and news of an engine's health change nothing. */
  apply(entry: LogEntry): OwnershipChange {
    const subject = parseRecordSubject(entry.subject);
    switch (subject?.type) {
      case 'barrier':
        return this.#completeList();
      case 'leadership':
        return this.#lead(entry);
      case 'member':
        return this.#member(subject.key, entry);
      case 'agent':
        return this.#agent(subject.id, entry);
      case 'registration':
        return this.#registrations.apply(subject.monitor, entry);
      case 'lease':
        return this.#lease(subject.key, entry);
      case 'engine':
        return this.#info(subject.key, entry);
      default:
        return 'none';
    }
  }

  /** The log was made anew. Members stay until the new list is complete: engines are not dropped for NATS' loss. */
  reset(): void {
    for (const key of this.#members.keys()) this.#unconfirmed.add(key);
    this.#registrations.reset();
    this.#leased.clear();
    this.#recorded.clear();
    this.#enrolled.clear();
    this.#leadingTerm = 0;
    this.#listComplete = false;
  }

  #member(key: string, { payload }: LogEntry): OwnershipChange {
    this.#unconfirmed.delete(key);
    if (payload === undefined) this.#members.delete(key);
    else this.#members.set(key, decodeRecord(MemberRecord, payload));
    return 'other';
  }

  #lease(engine: string, { payload, sequence }: LogEntry): OwnershipChange {
    if (payload === undefined) return this.#leased.delete(engine) ? 'other' : 'none';
    const holder = decodeLease(payload)?.holder;
    if (holder === undefined) throw new Error('not the record of a lease');
    const before = this.#leased.get(engine);
    this.#leased.set(engine, { holder, sequence });
    return before?.holder === holder ? 'none' : 'other';
  }

  #lead(lease: LogEntry): OwnershipChange {
    this.#leadingTerm = termOf(lease);
    return 'none';
  }

  #info(engine: string, { payload }: LogEntry): OwnershipChange {
    if (payload === undefined) return this.#recorded.delete(engine) ? 'other' : 'none';
    if (this.#recorded.has(engine)) return 'none';
    this.#recorded.add(engine);
    return 'other';
  }

  #agent(id: string, { payload }: LogEntry): OwnershipChange {
    const engine = engineKey(agentAddress(id));
    if (payload === undefined) this.#enrolled.delete(engine);
    else this.#enrolled.add(engine);
    return 'other';
  }

  /** Discovery appends its barrier after each whole list. */
  #completeList(): OwnershipChange {
    this.#listComplete = true;
    for (const key of this.#unconfirmed) this.#members.delete(key);
    this.#unconfirmed.clear();
    return 'other';
  }
}
