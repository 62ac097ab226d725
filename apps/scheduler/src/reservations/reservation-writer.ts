import { encodeRecord, type ReservationRecord, subjects } from '#contracts';
import type { Clock } from '#service-shell';
import type { FleetLedger } from '../fleet/fleet-ledger.ts';
import type { Term } from '../leadership/term.ts';
import type { OperationWrites } from './operation-writes.ts';

/** A hold nobody renews ends after this; the gateway renews every 20 s while its create is in flight. */
export const reservationTtlMs = 60_000;
/** What nobody waits for is written together, beside no client's request: each write wakes nats-server and whoever follows. */
const eraseAfterMs = 100;

export type ReservationWriterParts = {
  readonly ledger: FleetLedger;
  readonly term: Term;
  readonly writes: OperationWrites;
  readonly clock: Clock;
};

/** Brings reservations into the log under one term, those of an operation one after the other. Errors: leadership/not-leader, cluster/*. */
export class ReservationWriter {
  readonly #parts: ReservationWriterParts;
  /** Operations whose records may go: as many as were granted in the last `eraseAfterMs`, and each is erased or expires. */
  #spent: string[] = [];

  constructor(parts: ReservationWriterParts) {
    this.#parts = parts;
  }

  /** Counts at once, then writes; a write that fails takes it back. */
  async grant(record: ReservationRecord): Promise<void> {
    this.#parts.ledger.hold(record);
    await this.#parts.writes.inOrder(record.operation, () => this.#write(record));
  }

  /** Unless another grant has taken its place by then. */
  async renew(record: ReservationRecord): Promise<void> {
    const { ledger, writes } = this.#parts;
    await writes.inOrder(record.operation, async () => {
      if (ledger.reservation(record.operation)?.record === record) await this.#write(record);
    });
  }

  async erase(operation: string): Promise<void> {
    const { term, writes } = this.#parts;
    await writes.inOrder(operation, () => term.erase(subjects.reservation(operation)));
  }

  /** Soon: nobody waits for it. */
  eraseUnasked(operation: string): void {
    if (this.#spent.push(operation) === 1) this.#parts.clock.after(eraseAfterMs, () => this.#eraseSpent());
  }

  #eraseSpent(): void {
    const { ledger, term, writes } = this.#parts;
    for (const operation of this.#spent.splice(0))
      void writes.inOrder(operation, async () => {
        // Granted anew meanwhile, it has a record of its own there.
        const holds = ledger.reservation(operation)?.spent === false;
        if (!holds) term.note(subjects.reservation(operation), undefined, reservationTtlMs);
      });
  }

  /** The grant is taken back before the write counts as ended: a repeated request must never see one that failed. */
  async #write(record: ReservationRecord): Promise<void> {
    const { ledger, term } = this.#parts;
    try {
      const sequence = await term.write(subjects.reservation(record.operation), encodeRecord(record), reservationTtlMs);
      ledger.acknowledge(record, sequence);
    } catch (error) {
      ledger.dropUnacknowledged(record);
      throw error;
    }
  }
}
