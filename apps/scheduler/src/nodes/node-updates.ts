import { BaleenError, encodeRecord, NodeRecord, type SchedulerReply, type SchedulerRequest, subjects } from '#contracts';
import type { Clock } from '#service-shell';
import type { Term } from '../leadership/term.ts';

/** What this asks of the ledger. */
export type KnownNodes = {
  readonly node: (key: string) => NodeRecord | undefined;
  /** True when discovery lists the engine or it has a record. */
  readonly hasEngine: (key: string) => boolean;
};

/** `docker node update` during one term: versioned writes of `node.<key>`, one after the other. */
export class NodeUpdates {
  readonly #known: KnownNodes;
  readonly #term: Term;
  readonly #clock: Clock;
  /** Written in this term and perhaps not yet read back from the log. At most one a node. */
  readonly #written = new Map<string, NodeRecord>();

  constructor(known: KnownNodes, term: Term, clock: Clock) {
    this.#known = known;
    this.#term = term;
    this.#clock = clock;
  }

  /** The current record; a node nobody updated yet is active, without labels, at version 0. */
  current(key: string): NodeRecord {
    const read = this.#known.node(key) ?? untouchedNode(key);
    const written = this.#written.get(key);
    return written !== undefined && written.version > read.version ? written : read;
  }

  /** Resolves with the new record once it is in the log. Errors: request/not-found, request/invalid (version), as swarmkit's. */
  async update(request: SchedulerRequest<'update-node'>): Promise<SchedulerReply<'update-node'>> {
    if (!this.#known.hasEngine(request.key)) throw new BaleenError('request/not-found', `node ${request.key} not found`);
    const current = this.current(request.key);
    if (request.version !== -1 && request.version !== current.version) {
      throw new BaleenError('request/invalid', 'update out of sequence', {
        details: { given: request.version, current: current.version },
      });
    }
    const next = NodeRecord.parse({
      key: request.key,
      availability: request.availability,
      labels: request.labels,
      version: current.version + 1,
      updatedAtMs: this.#clock.nowMs(),
    });
    this.#written.set(request.key, next);
    try {
      await this.#term.write(subjects.node(request.key), encodeRecord(next));
    } catch (error) {
      if (this.#written.get(request.key) === next) this.#written.delete(request.key);
      throw error;
    }
    return next;
  }
}

/** A node without wishes of the operator. */
function untouchedNode(key: string): NodeRecord {
  return { key, availability: 'active', labels: {}, version: 0, updatedAtMs: 0 };
}
