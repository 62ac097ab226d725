import type { Clock } from '#service-shell';

/** Calls back after so long without a touch, like a socket's `setTimeout`: once, and again only after the next touch. */
export class IdleTimer {
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  #timeoutMs = 0;
  #touchedAtMs = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  /** 0 = never. */
  set(timeoutMs: number): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#timeoutMs = timeoutMs;
    this.touch();
  }

  /** Cheap: a timer under way is not moved, it looks at the time when it fires. */
  touch(): void {
    this.#touchedAtMs = this.#clock.monotonicMs();
    if (this.#timeoutMs > 0 && this.#cancel === undefined) this.#arm(this.#timeoutMs);
  }

  #arm(delayMs: number): void {
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#cancel = undefined;
      const leftMs = this.#touchedAtMs + this.#timeoutMs - this.#clock.monotonicMs();
      if (leftMs > 0) this.#arm(leftMs);
      else this.#onIdle();
    });
  }
}
