import { type DecisionRecord, subjects } from '#contracts';
import type { Logger } from '#service-shell';
import { encodeRecord, type Term } from '../leadership/term.ts';

/** How long `baleen explain` can look back. A day covers "why did last night's deploy go there" and bounds the log. */
const decisionTtlMs = 24 * 60 * 60 * 1_000;

/** Decisions waiting to be written: at 1,000 placements a second, a second of a log that does not answer. */
const queueMax = 1_000;

/** Writes in flight: enough to keep up, few enough that reservations never wait behind them. */
const inFlightMax = 8;

/** Verdicts kept of one decision: a record stays some tens of kB in a fleet of thousands. */
const verdictsMax = 200;

/**
 * Writes decision records off the hot path: a placement is answered first. They explain, they decide nothing:
 * when the log cannot keep up, the newest are dropped and counted.
 */
export class DecisionJournal {
  readonly #term: Term;
  readonly #logger: Logger;
  readonly #queue: DecisionRecord[] = [];
  #inFlight = 0;
  #dropped = 0;

  constructor(term: Term, logger: Logger) {
    this.#term = term;
    this.#logger = logger;
  }

  /** Never throws, never waits. */
  record(decision: DecisionRecord): void {
    if (this.#queue.length >= queueMax) {
      this.#dropped += 1;
      return;
    }
    this.#queue.push(boundedVerdicts(decision));
    this.#pump();
  }

  #pump(): void {
    while (this.#inFlight < inFlightMax && this.#term.held) {
      const decision = this.#queue.shift();
      if (decision === undefined) break;
      this.#inFlight += 1;
      void this.#write(decision).finally(() => {
        this.#inFlight -= 1;
        this.#pump();
      });
    }
    if (this.#queue.length === 0 && this.#dropped > 0) {
      this.#logger.warn({ term: this.#term.number, dropped: this.#dropped }, 'decision records dropped: the log did not keep up');
      this.#dropped = 0;
    }
  }

  async #write(decision: DecisionRecord): Promise<void> {
    try {
      await this.#term.write(subjects.decision(decision.operation), encodeRecord(decision), decisionTtlMs);
      // A refused create left no container that would lead to its operation: its name does.
      if (decision.failure !== undefined && decision.name !== '') {
        await this.#term.write(subjects.decision(decision.name), encodeRecord(decision), decisionTtlMs);
      }
    } catch (error) {
      this.#logger.warn({ operation: decision.operation, err: error }, 'decision record not written');
    }
  }
}

/** The chosen engine's verdict first, then the others as they came, up to the bound. */
function boundedVerdicts(decision: DecisionRecord): DecisionRecord {
  if (decision.candidates.length <= verdictsMax) return decision;
  const chosen = decision.candidates.filter((verdict) => verdict.engine === decision.chosen);
  const others = decision.candidates.filter((verdict) => verdict.engine !== decision.chosen);
  return { ...decision, candidates: [...chosen, ...others].slice(0, verdictsMax) };
}
