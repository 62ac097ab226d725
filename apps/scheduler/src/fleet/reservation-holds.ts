import type { ReservationRecord } from '#contracts';

/** A reservation as this process knows it. */
export type Hold = {
  readonly record: ReservationRecord;
  /** Its place in the log; `undefined` = granted here, not yet acknowledged by the log. */
  sequence: number | undefined;
  /** What it reserved is on the engine now (or it is being given back): it holds nothing any more. */
  spent: boolean;
  /** Takes back what the hold counts for; called once. */
  readonly withdraw: () => void;
  /** Another leader's grant of the operation, in the log while one's own is on its way there: it stands if that one is refused. */
  rival: { readonly record: ReservationRecord; readonly sequence: number; readonly spent: boolean } | undefined;
};

/**
 * Reservations read from the log, and over them those granted here which the log has not echoed yet.
 * An echo older than one's own write of the same operation changes nothing: the log's order decides, not the order of arrival.
 */
export class ReservationHolds {
  readonly #holds = new Map<string, Hold>();
  readonly #count: (record: ReservationRecord) => () => void;

  /** `count` makes a reservation weigh on its engine and its name, and returns how to undo that. */
  constructor(count: (record: ReservationRecord) => () => void) {
    this.#count = count;
  }

  get(operation: string): Hold | undefined {
    return this.#holds.get(operation);
  }

  all(): Iterable<Hold> {
    return this.#holds.values();
  }

  /** Grants at once, before the log knows; must be followed by `acknowledge` or `drop`. */
  hold(record: ReservationRecord): void {
    this.#put(record, undefined, false);
  }

  /** The log answered the write of a grant. */
  acknowledge(operation: string, sequence: number): void {
    const hold = this.#holds.get(operation);
    if (hold === undefined) return;
    if ((hold.sequence ?? 0) < sequence) hold.sequence = sequence;
    const { rival } = hold;
    hold.rival = undefined;
    if (rival !== undefined && rival.sequence > sequence) this.#put(rival.record, rival.sequence, rival.spent);
  }

  /** The log did not take the grant: what it has of the operation counts. */
  refused(operation: string): void {
    const rival = this.#holds.get(operation)?.rival;
    this.drop(operation);
    if (rival !== undefined) this.#put(rival.record, rival.sequence, rival.spent);
  }

  /** It was given back. */
  drop(operation: string): void {
    const hold = this.#holds.get(operation);
    if (hold === undefined) return;
    this.spend(operation);
    this.#holds.delete(operation);
  }

  /** From now on it holds nothing; it stays known until the log drops it, so that its operation is still recognised. */
  spend(operation: string): void {
    const hold = this.#holds.get(operation);
    if (hold === undefined || hold.spent) return;
    hold.spent = true;
    hold.withdraw();
  }

  /** The log has a reservation. `spent` = what it reserved is there already. */
  recorded(record: ReservationRecord, sequence: number, spent: boolean): void {
    const known = this.#holds.get(record.operation);
    if (known !== undefined && known.sequence === undefined) {
      if (isSameGrant(known.record, record)) known.sequence = sequence;
      else known.rival = { record, sequence, spent };
      return;
    }
    if (known?.sequence !== undefined && known.sequence >= sequence) return;
    this.#put(record, sequence, spent);
  }

  /** The log dropped it: deleted or expired. */
  erased(operation: string, sequence: number): void {
    const known = this.#holds.get(operation);
    if (known?.rival !== undefined && known.rival.sequence < sequence) known.rival = undefined;
    if (known?.sequence !== undefined && known.sequence < sequence) this.drop(operation);
  }

  clear(): void {
    for (const operation of this.#holds.keys()) this.drop(operation);
  }

  #put(record: ReservationRecord, sequence: number | undefined, spent: boolean): void {
    this.drop(record.operation);
    const withdraw = spent ? () => {} : this.#count(record);
    this.#holds.set(record.operation, { record, sequence, spent, withdraw, rival: undefined });
  }
}

/** One's own grant, echoed by the log before its acknowledgement came. */
function isSameGrant(one: ReservationRecord, other: ReservationRecord): boolean {
  return one.term === other.term && one.grantedAtMs === other.grantedAtMs && one.engine === other.engine;
}
