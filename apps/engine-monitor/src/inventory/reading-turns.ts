import { type Clock, within } from '#service-shell';
import { Slots } from './slots.ts';

/** Engines read at once: one that is far away takes half a second, of which the others work. */
const readingsMax = 16;
/** What lasts longer goes on beside the others, so that engines that hang keep nobody waiting for long. */
const turnMaxMs = 5_000;

/**
 * Spreads the first readings of engines, over all engines of a monitor. A thousand that are met in one moment and read at once make turns of the
 * event loop that outlast deadlines and the monitor's own lease, and all that they hold is in memory together.
 */
export class ReadingTurns {
  readonly #clock: Clock;
  readonly #slots = new Slots(readingsMax, Number.POSITIVE_INFINITY);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins when its turn comes, in the order of the calls; settles as `read` does. */
  take<T>(read: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      void this.#slots.use(async () => {
        const reading = read();
        reading.then(resolve, reject);
        await within(this.#clock, turnMaxMs, Promise.allSettled([reading]));
      });
    });
  }
}
