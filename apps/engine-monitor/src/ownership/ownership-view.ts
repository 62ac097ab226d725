import type { LogEntry } from '#cluster-log';
import { MemberRecord, subjects } from '#contracts';

/** Subjects the view is a fold of. */
export const ownershipPatterns = [
  subjects.member('*'),
  subjects.lease('monitor.*'),
  subjects.lease('engine.*'),
  subjects.engineInfo('*'),
  subjects.barrier('discovery'),
];

const memberPrefix = subjects.member('');
const monitorPrefix = subjects.lease('monitor.');
const leasePrefix = subjects.lease('engine.');
const barrier = subjects.barrier('discovery');

/** Members, live monitors and leased engines as the log has them. A fold: no I/O. */
export class OwnershipView {
  readonly #members = new Map<string, MemberRecord>();
  /** Members from before the log was made anew, until discovery has listed them all again. */
  readonly #unconfirmed = new Set<string>();
  readonly #monitors = new Set<string>();
  readonly #leased = new Set<string>();
  readonly #recorded = new Set<string>();
  #listComplete = false;

  get members(): ReadonlyMap<string, MemberRecord> {
    return this.#members;
  }

  get monitors(): ReadonlySet<string> {
    return this.#monitors;
  }

  isLeased(engine: string): boolean {
    return this.#leased.has(engine);
  }

  /** Engines with records that are no members any more; none while the list may be incomplete. */
  get orphans(): string[] {
    return this.#listComplete ? [...this.#recorded].filter((engine) => !this.#members.has(engine)) : [];
  }

  /** Applies one entry; throws when a member record breaks the contract. */
  apply({ subject, payload }: LogEntry): void {
    if (subject === barrier) this.#completeList();
    else if (subject.startsWith(memberPrefix)) this.#member(subject.slice(memberPrefix.length), payload);
    else if (subject.startsWith(monitorPrefix)) toggle(this.#monitors, subject.slice(monitorPrefix.length), payload);
    else if (subject.startsWith(leasePrefix)) toggle(this.#leased, subject.slice(leasePrefix.length), payload);
    else toggle(this.#recorded, subject.split('.')[1] ?? '', payload);
  }

  /** The log was made anew. Members stay until the new list is complete: engines are not dropped for NATS' loss. */
  reset(): void {
    for (const key of this.#members.keys()) this.#unconfirmed.add(key);
    this.#monitors.clear();
    this.#leased.clear();
    this.#recorded.clear();
    this.#listComplete = false;
  }

  #member(key: string, payload: Uint8Array | undefined): void {
    this.#unconfirmed.delete(key);
    if (payload === undefined) this.#members.delete(key);
    else this.#members.set(key, MemberRecord.parse(JSON.parse(Buffer.from(payload).toString())));
  }

  /** Discovery appends its barrier after each whole list. */
  #completeList(): void {
    this.#listComplete = true;
    for (const key of this.#unconfirmed) this.#members.delete(key);
    this.#unconfirmed.clear();
  }
}

function toggle(set: Set<string>, key: string, payload: Uint8Array | undefined): void {
  if (payload === undefined) set.delete(key);
  else set.add(key);
}
