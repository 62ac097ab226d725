import type { OwnershipView } from './ownership-view.ts';

/** Monitors that join within this time of each other are shared with once, so that no engine moves twice. */
export const joinsSettleMs = 1_000;
/** A monitor that joins again and again must not keep the others from their share. */
const joinsSettleMaxMs = 5_000;
/** Engines given back that nobody has taken yet: what stands still at once while engines move to a monitor that is slow or has stopped. */
export const movesInFlightMax = 16;

/** When and how many engines one monitor may give to others. Times are of the monotonic clock, ms. */
export class Moves {
  readonly #self: string;
  readonly #inFlight = new Set<string>();
  #firstJoinMs: number | undefined;
  #lastJoinMs = 0;

  constructor(self: string) {
    this.#self = self;
  }

  joined(nowMs: number): void {
    this.#firstJoinMs ??= nowMs;
    this.#lastJoinMs = nowMs;
  }

  /** Given back for another monitor; in flight until somebody holds it. */
  begun(engine: string): void {
    this.#inFlight.add(engine);
  }

  /** Taken by this monitor itself: its new owner is gone again. */
  undone(engine: string): void {
    this.#inFlight.delete(engine);
  }

  /** How long to wait until joins have settled; 0 = they have. */
  settlesInMs(nowMs: number): number {
    if (this.#firstJoinMs === undefined) return 0;
    const settledAtMs = Math.min(this.#lastJoinMs + joinsSettleMs, this.#firstJoinMs + joinsSettleMaxMs);
    if (nowMs < settledAtMs) return settledAtMs - nowMs;
    this.#firstJoinMs = undefined;
    return 0;
  }

  /** How many more engines may be given away now. */
  allowed(view: OwnershipView, nowMs: number): number {
    for (const engine of this.#inFlight) {
      const holder = view.holderOf(engine);
      const isTaken = holder !== undefined && holder !== this.#self;
      if (isTaken || !view.members.has(engine)) this.#inFlight.delete(engine);
    }
    return this.settlesInMs(nowMs) > 0 ? 0 : Math.max(0, movesInFlightMax - this.#inFlight.size);
  }
}
