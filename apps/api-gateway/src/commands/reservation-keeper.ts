import type { Clock, Logger } from '#service-shell';
import type { Placer } from './quota-scheduler.ts';

/** A third of the reservation's life of 60 s: two renewals may be lost. */
const renewEveryMs = 20_000;

export type KeeperDeps = { readonly scheduler: Placer; readonly clock: Clock; readonly logger: Logger };

/** Keeps a reservation alive while its create is in flight, and gives it back when the create fails. */
export class ReservationKeeper {
  readonly #scheduler: Placer;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #operation: string;
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor({ scheduler, clock, logger }: KeeperDeps, operation: string) {
    this.#scheduler = scheduler;
    this.#clock = clock;
    this.#logger = logger;
    this.#operation = operation;
  }

  start(): void {
    this.#cancel = this.#clock.after(renewEveryMs, () => void this.#renew());
  }

  /** With a reason the reservation is given back, in the background: should that fail, it expires. */
  stop(releaseReason: string | undefined): void {
    this.#isStopped = true;
    this.#cancel();
    if (releaseReason !== undefined)
      void this.#quietly(this.#scheduler.ask('release', { operation: this.#operation, reason: releaseReason }));
  }

  async #renew(): Promise<void> {
    await this.#quietly(this.#scheduler.ask('renew', { operation: this.#operation }));
    if (!this.#isStopped) this.start();
  }

  async #quietly(asked: Promise<unknown>): Promise<void> {
    try {
      await asked;
    } catch (error) {
      this.#logger.warn({ operation: this.#operation, err: error }, 'reservation could not be renewed or released');
    }
  }
}
