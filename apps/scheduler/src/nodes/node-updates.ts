import { BaleenError, encodeRecord, NodeRecord, type SchedulerReply, type SchedulerRequest, subjects } from '#contracts';
import type { Clock } from '#service-shell';
import type { Term } from '../leadership/term.ts';

/** What this asks of the ledger. */
export type KnownNodes = {
  readonly node: (key: string) => NodeRecord | undefined;
  /** True when discovery lists the engine or it has a record. */
  readonly hasEngine: (key: string) => boolean;
};

type Decided = { readonly record: NodeRecord; readonly writing: Promise<void> };

/** `docker node update` during one term: versioned writes of `node.<key>`, one after the other. */
export class NodeUpdates {
  readonly #known: KnownNodes;
  readonly #term: Term;
  readonly #clock: Clock;
  /** Decided in this term and perhaps not yet written, or not yet read back from the log. At most one a node. */
  readonly #decided = new Map<string, Decided>();

  constructor(known: KnownNodes, term: Term, clock: Clock) {
    this.#known = known;
    this.#term = term;
    this.#clock = clock;
  }

  /** The current record; a node nobody updated yet is active, without labels, at version 0. */
  current(key: string): NodeRecord {
    const read = this.#known.node(key) ?? untouchedNode(key);
    const decided = this.#decided.get(key)?.record;
    return decided !== undefined && decided.version > read.version ? decided : read;
  }

  /** Resolves with the new record once it is in the log. Errors: request/not-found, request/invalid (version), as swarmkit's. */
  async update(request: SchedulerRequest<'update-node'>): Promise<SchedulerReply<'update-node'>> {
    if (!this.#known.hasEngine(request.key)) throw new BaleenError('request/not-found', `node ${request.key} not found`);
    const current = this.current(request.key);
    if (request.operation !== undefined && request.operation === current.operation) return this.#inLog(current);
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
      operation: request.operation,
    });
    this.#decided.set(request.key, { record: next, writing: this.#write(next) });
    return this.#inLog(next);
  }

  async #inLog(record: NodeRecord): Promise<NodeRecord> {
    const decided = this.#decided.get(record.key);
    if (decided?.record === record) await decided.writing;
    return record;
  }

  async #write(record: NodeRecord): Promise<void> {
    try {
      await this.#term.write(subjects.node(record.key), encodeRecord(record));
    } catch (error) {
      if (this.#decided.get(record.key)?.record === record) this.#decided.delete(record.key);
      throw error;
    }
  }
}

/** A node without wishes of the operator. */
function untouchedNode(key: string): NodeRecord {
  return { key, availability: 'active', labels: {}, version: 0, updatedAtMs: 0 };
}
