import { type ClusterBus, callScheduler, type SchedulerCall } from '#cluster-bus';
import { type SchedulerReply, type SchedulerVerb, subjects } from '#contracts';
import type { Clock } from '#service-shell';
import { Arrivals } from './arrivals.ts';
import { held } from './held.ts';
import { PlacementCounts } from './placement-counts.ts';

/** The leader decides in microseconds; one that has not answered by now is gone or drowning. */
const answerMs = 5_000;
/** One that has not answered the first asking for a place by now may have died with it, and nobody tells. If it lives, it answers again by the operation. */
const firstPlaceMs = 1_000;

/** Commands to whoever leads; held while nobody does. All are idempotent by their operation id. */
export class SchedulerClient {
  readonly #bus: ClusterBus;
  readonly #clock: Clock;
  readonly #toldInLog: () => Promise<void>;
  readonly placements = new PlacementCounts();
  readonly #leaders = new Arrivals();

  /** `toldInLog`: what clients were told by events is in the log then, so that a leader knows of it too: a name that was heard of as free is free. */
  constructor(bus: ClusterBus, clock: Clock, toldInLog: () => Promise<void>) {
    this.#bus = bus;
    this.#clock = clock;
    this.#toldInLog = toldInLog;
    bus.subscribe(subjects.leads(), () => this.#leaders.arrived());
  }

  /** Rejects with placement/* at once, with leadership/not-leader or cluster/* after the hold. */
  async ask<V extends SchedulerVerb>(verb: V, request: SchedulerCall<V>, signal?: AbortSignal): Promise<SchedulerReply<V>> {
    await this.#toldInLog();
    let timeoutMs = verb === 'place' ? firstPlaceMs : answerMs;
    const attempt = () => {
      const answer = callScheduler(this.#bus, verb, request, { timeoutMs });
      timeoutMs = answerMs;
      return answer;
    };
    const answer = held(attempt, { clock: this.#clock, isIdempotent: true, arrivals: this.#leaders, ...(signal && { signal }) });
    return verb === 'place' ? this.placements.count(answer) : answer;
  }
}
