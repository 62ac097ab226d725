import { z } from 'zod';
import { type ClusterLog } from '#cluster-log';
import { BaleenError, subjects } from '#contracts';
import { parseRecord } from '../engine-actor/parse-record.ts';

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

/** The term of the leading scheduler as the log has it: what a new owner starts from. 0 = nobody leads. */
export async function leadingTerm(log: ClusterLog): Promise<number> {
  const entry = await log.get(subjects.lease('scheduler'));
  const record = parseRecord(LeaseTerm, entry?.payload);
  return record === undefined ? 0 : (record.term ?? entry?.sequence ?? 0);
}
