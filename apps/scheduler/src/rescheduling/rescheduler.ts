import type { DecisionRecord } from '#contracts';
import { askedBy } from '../decisions/asked-by.ts';
import { ContainerMove, type MoveParts } from './container-move.ts';
import { planFleetOf } from './plan-fleet.ts';
import { planRescheduling, type Step } from './rescheduling-plan.ts';

export type ReschedulerParts = MoveParts & { readonly onDecision: (decision: DecisionRecord) => void };

/** The plan is made anew this often, besides after changes of engines: what failed is tried again; and so often where it was empty: what was missed is found. */
const [lookIntervalMs, restIntervalMs] = [1_000, 5_000];
/** Changes so close to each other are looked at once: at a start every engine changes several times, and a look goes over all of them. */
const lookSoonMs = 100;

/** Containers moved at a time: a lost node with hundreds of them must not stop everybody else's placements. */
const movesMax = 8;

/** A step that failed waits this long, doubled each time up to the longest. The fleet may have room only when somebody makes it. */
const firstDelayMs = 1_000;
const longestDelayMs = 30_000;

type Attempt = { readonly failures: number; readonly notBeforeMs: number };

/** Carries out the rescheduling plan during one term: each container one step at a time, failures repeated until they succeed. */
export class Rescheduler {
  readonly #parts: ReschedulerParts;
  readonly #move: ContainerMove;
  readonly #underWay = new Set<string>();
  readonly #attempts = new Map<string, Attempt>();
  readonly #told = new Set<string>();
  #cancelTimer: () => void = () => undefined;
  #cancelSoon: (() => void) | undefined;
  #stopped = false;

  constructor(parts: ReschedulerParts) {
    this.#parts = parts;
    this.#move = new ContainerMove(parts);
  }

  start(): void {
    this.#look();
  }

  /** Steps under way end by themselves: each write is fenced, each command bounded. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
    this.#cancelSoon?.();
  }

  /** After a change of an engine. */
  lookSoon(): void {
    this.#cancelSoon ??= this.#parts.clock.after(lookSoonMs, () => {
      this.#cancelSoon = undefined;
      this.#look();
    });
  }

  /** Now, and again when it is time. */
  #look(): void {
    this.#cancelTimer();
    if (this.#stopped) return;
    const hasSteps = this.#parts.term.held && this.#beginDue();
    this.#cancelTimer = this.#parts.clock.after(hasSteps ? lookIntervalMs : restIntervalMs, () => this.#look());
  }

  /** Makes the plan and begins what is due; false = it is empty. Never throws, never waits. */
  #beginDue(): boolean {
    const nowMs = this.#parts.clock.nowMs();
    const steps = planRescheduling(planFleetOf(this.#parts.ledger, this.#parts.orderKeys), nowMs);
    this.#forgetDone(steps);
    for (const step of steps) {
      if (this.#underWay.size >= movesMax) break;
      if (step.type === 'stay') this.#tellStaying(step);
      else if (!this.#underWay.has(step.container) && (this.#attempts.get(step.container)?.notBeforeMs ?? 0) <= nowMs)
        this.#begin(step);
    }
    return steps.length > 0;
  }

  #begin(step: Exclude<Step, { type: 'stay' }>): void {
    this.#underWay.add(step.container);
    const done = this.#move
      .carryOut(step)
      .then(() => this.#attempts.delete(step.container))
      .catch((error: unknown) => this.#failed(step, error));
    void done.finally(() => {
      this.#underWay.delete(step.container);
      this.#look();
    });
  }

  #failed(step: Step, error: unknown): void {
    const failures = (this.#attempts.get(step.container)?.failures ?? 0) + 1;
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
    this.#attempts.set(step.container, { failures, notBeforeMs: this.#parts.clock.nowMs() + delayMs });
    this.#parts.logger.warn(
      { container: step.container, step: step.type, failures, delayMs, err: error },
      'rescheduling step failed',
    );
  }

  #tellStaying(step: Extract<Step, { type: 'stay' }>): void {
    if (this.#told.has(step.container)) return;
    this.#told.add(step.container);
    const facts = this.#parts.ledger.container(step.container)?.facts;
    this.#parts.logger.warn(
      { container: step.container, cause: step.cause, reason: step.reason },
      'container is not rescheduled',
    );
    this.#parts.onDecision({
      operation: step.operation,
      ...askedBy({ name: facts?.names[0] ?? '', image: facts?.image ?? '', labels: facts?.labels ?? {} }),
      strategy: '',
      pass: 'hard',
      candidates: [],
      failure: step.reason,
      cause: `reschedule: ${step.cause}`,
      atMs: this.#parts.clock.nowMs(),
    });
  }

  /** Keeps the memory of attempts no longer than the plan names their containers. */
  #forgetDone(steps: readonly Step[]): void {
    const named = new Set(steps.map((step) => step.container));
    for (const container of this.#attempts.keys()) if (!named.has(container)) this.#attempts.delete(container);
    for (const container of this.#told) if (!named.has(container)) this.#told.delete(container);
  }
}
