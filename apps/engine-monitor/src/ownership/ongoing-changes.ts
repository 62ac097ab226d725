import { BaleenError } from '#contracts';
import type { Logger } from '#service-shell';

/** Engines being taken, given back or cleaned: one change of each at a time. */
export class OngoingChanges {
  readonly #working = new Map<string, Promise<void>>();
  readonly #logger: Logger;
  readonly #onEnded: () => void;

  /** `onEnded` plans anew: also what the log refused is tried again. */
  constructor(logger: Logger, onEnded: () => void) {
    this.#logger = logger;
    this.#onEnded = onEnded;
  }

  get engines(): Iterable<string> {
    return this.#working.keys();
  }

  /** Unless one is under way at that engine. */
  begin(key: string, work: () => Promise<void>): void {
    if (this.#working.has(key)) return;
    const working = work()
      .catch((error: unknown) => {
        if (!(error instanceof BaleenError)) throw error;
        this.#logger.warn({ err: error, engine: key }, 'the ownership of an engine could not be changed, trying again');
      })
      .finally(() => {
        this.#working.delete(key);
        this.#onEnded();
      });
    this.#working.set(key, working);
  }

  /** Resolves when all that are under way now have ended. */
  async ended(): Promise<void> {
    await Promise.all(this.#working.values());
  }
}
