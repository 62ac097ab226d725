import { z } from 'zod';
import type { LogEntry } from '#cluster-log';
import { BaleenError, readRecord } from '#contracts';

/** What matters of a lease's record. A holder writes its term from the first renewal on; before that the record's sequence is the term. */
const LeaseTerm = z.object({ term: z.number().optional() });

/** Refuses commands of schedulers that lead no more: the newest term seen counts. */
export class TermFence {
  #highest: number;

  constructor(floor: number) {
    this.#highest = floor;
  }

  /** Someone of this term has spoken: who led before is refused from now on. */
  note(term: number): void {
    this.#highest = Math.max(this.#highest, term);
  }

  /** Throws engine/stale-term. */
  accept(term: number): void {
    if (term < this.#highest) {
      const details = { term, newest: this.#highest };
      throw new BaleenError('engine/stale-term', `term ${term} is over, ${this.#highest} leads`, { details });
    }
    this.note(term);
  }
}

/** The term that the lease of the schedulers says. 0 = nobody leads. */
export function termOf(lease: Pick<LogEntry, 'sequence' | 'payload'> | undefined): number {
  const record = readRecord(LeaseTerm, lease?.payload);
  return record === undefined ? 0 : (record.term ?? lease?.sequence ?? 0);
}
