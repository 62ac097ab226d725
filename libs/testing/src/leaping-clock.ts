import { type Clock, systemClock } from '#service-shell';

type Timer = { readonly dueMs: number; readonly fire: () => void };

/** The machine's clock, which leaps ahead when told: what a test would wait for in real time is due at once, all else keeps its time. */
export class LeapingClock implements Clock {
  #aheadMs = 0;
  readonly #timers = new Set<Timer>();

  nowMs(): number {
    return systemClock.nowMs() + this.#aheadMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#aheadMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const cancel = () => {
      cancelReal();
      this.#timers.delete(timer);
    };
    const fire = () => {
      cancel();
      callback();
    };
    const timer = { dueMs: this.monotonicMs() + delayMs, fire };
    const cancelReal = systemClock.after(delayMs, fire);
    this.#timers.add(timer);
    return cancel;
  }

  /** Fires what becomes due in its order, timers made meanwhile included. Synchronous: promises settle after it. */
  leap(byMs: number): void {
    const untilMs = this.monotonicMs() + byMs;
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#aheadMs += Math.max(0, next.dueMs - this.monotonicMs());
      next.fire();
    }
    this.#aheadMs += Math.max(0, untilMs - this.monotonicMs());
  }

  #next(untilMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs);
    return due.toSorted((a, b) => a.dueMs - b.dueMs)[0];
  }
}
