import { BaleenError } from '#contracts';
import type { MetricFamily } from '#service-shell';

/** Outcomes of the placements that this gateway asked for: `placed`, or the code of the refusal (docs/errors.md). */
export class PlacementCounts {
  readonly #byOutcome = new Map<string, number>();

  /** Counts how it ends, which stays as it is. */
  count<T>(placement: Promise<T>): Promise<T> {
    placement.then(
      () => this.#add('placed'),
      (error: unknown) => this.#add(error instanceof BaleenError ? error.code : 'defect'),
    );
    return placement;
  }

  families(): MetricFamily[] {
    const samples = [...this.#byOutcome].map(([outcome, value]) => ({ labels: { outcome }, value }));
    const help = 'Placements asked for at this gateway, by outcome: placed, or why not.';
    return [{ name: 'baleen_placements_total', type: 'counter', help, samples }];
  }

  #add(outcome: string): void {
    this.#byOutcome.set(outcome, (this.#byOutcome.get(outcome) ?? 0) + 1);
  }
}
