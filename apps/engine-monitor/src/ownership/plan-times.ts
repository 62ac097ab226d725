import type { Clock } from '#service-shell';

/** Changes of the log within this time are planned for together. */
const settleMs = 50;

/** When a monitor looks again at who should own which engine. */
export class PlanTimes {
  readonly #clock: Clock;
  readonly #pollMs: number;
  readonly #plan: () => void;
  #cancelPlan: (() => void) | undefined;
  #cancelPoll: () => void = () => undefined;
  #cancelSettling: () => void = () => undefined;
  readonly #goodbyes = new Set<() => void>();
  #stopped = false;

  constructor(clock: Clock, pollMs: number, plan: () => void) {
    this.#clock = clock;
    this.#pollMs = pollMs;
    this.#plan = plan;
  }

  /** Something has changed. */
  soon(): void {
    if (this.#stopped || this.#cancelPlan !== undefined) return;
    this.#cancelPlan = this.#clock.after(settleMs, () => {
      this.#cancelPlan = undefined;
      this.#plan();
    });
  }

  /** In this time, unless it is put off by then. */
  onceSettled(inMs: number): void {
    this.#cancelSettling();
    this.#cancelSettling = this.#clock.after(inMs, () => this.soon());
  }

  /** In this time, when one that says goodbye now must have given all back. Nothing once it is stopped: its own monitor's is heard then. */
  afterGoodbye(inMs: number): void {
    if (this.#stopped) return;
    const cancel = this.#clock.after(inMs, () => {
      this.#goodbyes.delete(cancel);
      this.soon();
    });
    this.#goodbyes.add(cancel);
  }

  /** From now on: a change that was missed, or a lease that could not be taken. */
  poll(): void {
    this.#cancelPoll = this.#clock.after(this.#pollMs, () => {
      this.#plan();
      this.poll();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelPlan?.();
    this.#cancelPoll();
    this.#cancelSettling();
    for (const cancel of this.#goodbyes) cancel();
  }
}
