import { atTurnEnd, type Clock } from '#service-shell';
import { EventRun } from './event-run.ts';

/** Longest rest: what a client sees late because of the others, ms. */
const restMaxMs = 10;

/**
 * When clients of `/events` are written to: at the end of the turn that brought events, all of the turn in one write a client. It then rests for
 * as long as the writing took, so that however many clients there are, half of the process is left for others; what comes meanwhile
 * goes with the next beat.
 */
export class EventBeat {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #restUntilMs = 0;
  #beginning = EventRun.empty();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Where what is written at the next beat begins: clients who get the same share its bytes. */
  get beginning(): EventRun {
    return this.#beginning;
  }

  /** Calls once, at the next beat; however often it was given. Must not throw. */
  next(write: () => void): void {
    this.#waiting.add(write);
    if (this.#waiting.size > 1) return;
    const restMs = this.#restUntilMs - this.#clock.monotonicMs();
    if (restMs > 0) this.#clock.after(restMs, () => this.#beat());
    else atTurnEnd(() => this.#beat());
  }

  #beat(): void {
    const beganMs = this.#clock.monotonicMs();
    const due = [...this.#waiting];
    this.#waiting.clear();
    this.#beginning = EventRun.empty();
    for (const write of due) write();
    // Responses give what they were told to their sockets in ticks of this turn.
    process.nextTick(() => {
      const endMs = this.#clock.monotonicMs();
      this.#restUntilMs = endMs + Math.min(endMs - beganMs, restMaxMs);
    });
  }
}
