import type { ClusterBus } from '#cluster-bus';
import { type DecisionRecord, encodeRecord, noticeOf, subjects } from '#contracts';
import type { Clock, Logger } from '#service-shell';
import type { Term } from '../leadership/term.ts';

/** How long `baleen explain` can look back. A day covers "why did last night's deploy go there" and bounds the log. */
const decisionTtlMs = 24 * 60 * 60 * 1_000;

/** A decision is written this long after it was made: its placement is answered first, and those of a burst leave together. */
const writeAfterMs = 10;

/** Decisions waiting to be written: a hundred times what a busy fleet decides in `writeAfterMs`. */
const queueMax = 1_000;

/**
 * Writes decision records off the hot path: a placement is answered first. They explain, they decide nothing: they are notes in the log, and
 * when more are made than it should take, the newest are dropped and counted. Whoever watches is told of each in short.
 */
export class DecisionJournal {
  readonly #term: Term;
  readonly #bus: Pick<ClusterBus, 'publish'>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #queue: DecisionRecord[] = [];
  #dropped = 0;

  constructor(term: Term, bus: Pick<ClusterBus, 'publish'>, clock: Clock, logger: Logger) {
    this.#term = term;
    this.#bus = bus;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Never throws, never waits. */
  record(decision: DecisionRecord): void {
    if (this.#queue.length >= queueMax) {
      this.#dropped += 1;
      return;
    }
    if (this.#queue.push(decision) === 1) this.#clock.after(writeAfterMs, () => this.flush());
  }

  /** Writes what waits, while the term lasts. */
  flush(): void {
    const waiting = this.#queue;
    this.#queue = [];
    for (const decision of waiting) this.#write(decision);
    if (this.#dropped === 0) return;
    this.#logger.warn({ term: this.#term.number, dropped: this.#dropped }, 'decision records dropped: too many at once');
    this.#dropped = 0;
  }

  #write(decision: DecisionRecord): void {
    const record = encodeRecord(decision);
    this.#term.note(subjects.decision(decision.operation), record, decisionTtlMs);
    // A refused create left no container that would lead to its operation: its name does.
    if (decision.failure !== undefined && decision.name !== '')
      this.#term.note(subjects.decision(decision.name), record, decisionTtlMs);
    this.#bus.publish(subjects.decided(), encodeRecord(noticeOf(decision)));
  }
}
