import type { Clock } from '#service-shell';

type Timer = { readonly dueMs: number; readonly order: number; callback: (() => void) | undefined };

const startMs = 1_700_000_000_000;

/** The one time of a simulated world: a heap of timers, each fired at its own time, everything that follows from it settled before the next. */
export class SimClock implements Clock {
  readonly #heap: Timer[] = [];
  #elapsedMs = 0;
  #order = 0;

  nowMs(): number {
    return startMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#push(timer);
    return () => {
      timer.callback = undefined;
    };
  }

  /** Resolves after this time. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  /** Lets time pass until the condition holds, or at the latest this long. Tells whether it holds. */
  async run(forMs: number, until: () => boolean = () => false): Promise<boolean> {
    const endMs = this.#elapsedMs + forMs;
    await settle();
    while (!until()) {
      const next = this.#heap[0];
      if (next === undefined || next.dueMs > endMs) {
        this.#elapsedMs = endMs;
        return until();
      }
      this.#pop();
      const { callback } = next;
      if (callback === undefined) continue;
      this.#elapsedMs = next.dueMs;
      callback();
      await settle();
    }
    return true;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, timer)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const smaller = isRight ? right : left;
      if (isBefore(last, smaller)) break;
      heap[at] = smaller;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = last;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}

/** Lets every promise that can settle without time passing settle. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
