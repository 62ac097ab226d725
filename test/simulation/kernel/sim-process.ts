import type { Clock } from '#service-shell';
import type { SimClock } from './sim-clock.ts';

/**
 * One process of the world. Everything that reaches it (timers, messages, answers) passes `enter`: while it is paused that waits,
 * in order, as behind a SIGSTOP; once it is dead nothing reaches it any more.
 */
export class SimProcess {
  readonly name: string;
  /** Time as the process has it. */
  readonly clock: Clock;
  /** Longest extra way of a message between this process and NATS, ms; 0 = none. */
  lagMaxMs = 0;
  readonly #world: SimClock;
  readonly #waiting: (() => void)[] = [];
  readonly #onKilled = new Set<() => void>();
  #state: 'running' | 'paused' | 'resuming' | 'dead' = 'running';
  #deferredUntilMs = 0;
  #deferred = 0;

  constructor(name: string, world: SimClock) {
    this.name = name;
    this.#world = world;
    this.clock = {
      nowMs: () => world.nowMs(),
      monotonicMs: () => world.monotonicMs(),
      after: (delayMs, callback) => this.#after(delayMs, callback),
    };
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  enter(step: () => void): void {
    if (this.#state === 'running') step();
    else if (this.#state !== 'dead') this.#waiting.push(step);
  }

  /** Enters after the way from NATS: never before what was deferred earlier. `lagMs` is this message's part of the lag. */
  defer(step: () => void, lagMs: number): void {
    if (lagMs === 0 && this.#deferred === 0) {
      queueMicrotask(() => this.enter(step));
      return;
    }
    const nowMs = this.#world.monotonicMs();
    this.#deferredUntilMs = Math.max(this.#deferredUntilMs, nowMs + lagMs);
    this.#deferred += 1;
    this.#world.after(this.#deferredUntilMs - nowMs, () => {
      this.#deferred -= 1;
      this.enter(step);
    });
  }

  pause(): void {
    if (this.#state === 'running') this.#state = 'paused';
  }

  /** What waited comes first, one thing after the other. */
  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'resuming';
    this.#drain();
  }

  kill(): void {
    if (this.isDead) return;
    this.#state = 'dead';
    this.#waiting.length = 0;
    for (const tell of this.#onKilled) tell();
    this.#onKilled.clear();
  }

  /** Told once when it is killed; the returned function ends that. */
  onKilled(tell: () => void): () => void {
    if (this.isDead) tell();
    else this.#onKilled.add(tell);
    return () => this.#onKilled.delete(tell);
  }

  #drain(): void {
    if (this.#state !== 'resuming') return;
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#state = 'running';
      return;
    }
    next();
    this.#world.after(0, () => this.#drain());
  }

  #after(delayMs: number, callback: () => void): () => void {
    let isCancelled = false;
    const cancel = this.#world.after(delayMs, () =>
      this.enter(() => {
        if (!isCancelled) callback();
      }),
    );
    return () => {
      isCancelled = true;
      cancel();
    };
  }
}
