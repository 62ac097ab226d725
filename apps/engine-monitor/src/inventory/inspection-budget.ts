/** What a fleet of ten engines with a hundred containers holds is inspected whole as soon as it is met. */
const capacity = 1_000;
/** At 1,000 engines this adds a third of a request an engine and minute to what an engine at rest is asked, and half a percent of a core. */
const perSecond = 5;
/** An engine that is met, and whose share is less than this part of its containers, waits: they would cost much when most is to be done, and tell little. */
const firstShareMin = 0.1;

export type BudgetParts = {
  readonly clock: { monotonicMs(): number };
  /** Engines that share it; asked each time. */
  readonly engines: () => number;
};

/**
 * Inspections that readings of whole engines may make, over all engines of a monitor: a fleet that is met for the first time is not asked
 * for every one of its containers at once, and no engine takes the share of the others.
 */
export class InspectionBudget {
  readonly #parts: BudgetParts;
  #left = capacity;
  #filledAtMs: number;

  constructor(parts: BudgetParts) {
    this.#parts = parts;
    this.#filledAtMs = parts.clock.monotonicMs();
  }

  /** How many of the wanted inspections a reading may make now that follows its engine's last one after `restMs`, `undefined` = it is the first; they are taken. */
  take(wanted: number, restMs: number | undefined): number {
    const { clock, engines } = this.#parts;
    const nowMs = clock.monotonicMs();
    this.#left = Math.min(capacity, this.#left + ((nowMs - this.#filledAtMs) / 1_000) * perSecond);
    this.#filledAtMs = nowMs;
    const share = Math.ceil((capacity + ((restMs ?? 0) / 1_000) * perSecond) / Math.max(1, engines()));
    const isTooFew = restMs === undefined && share < wanted * firstShareMin;
    const taken = isTooFew ? 0 : Math.min(wanted, share, Math.floor(this.#left));
    this.#left -= taken;
    return taken;
  }
}
