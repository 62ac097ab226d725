import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import type { FleetLedger } from '../fleet/fleet-ledger.ts';

/** An engine that has neither reported nor failed by now is not waited for; as long as gateways hold a request. */
const waitMs = 15_000;

/**
 * Whether the ledger knows the whole fleet. After the log was lost it does not until every member has reported what it holds or has failed:
 * a name or a port granted before could be taken already.
 */
export class FleetKnowledge {
  readonly #ledger: FleetLedger;
  readonly #clock: Clock;
  readonly #untilMs: number;
  #isKnown = false;

  constructor(ledger: FleetLedger, clock: Clock) {
    this.#ledger = ledger;
    this.#clock = clock;
    this.#untilMs = clock.monotonicMs() + waitMs;
  }

  /** Throws leadership/not-leader, upon which gateways ask again, until the fleet is known. */
  demand(): void {
    this.#isKnown ||= this.#ledger.isSettled || this.#clock.monotonicMs() >= this.#untilMs;
    if (!this.#isKnown) throw new BaleenError('leadership/not-leader', 'the new leader does not know all engines yet');
  }
}
