import type { ClusterLog, LogFollower } from '#cluster-log';
import { BaleenError, subjects } from '#contracts';
import { type Clock, within } from '#service-shell';

/** A read waits this long for its barrier, then the last view answers: better a little old than not at all. */
export const barrierTimeoutMs = 2_000;
/** A barrier record has no reader after its moment; it must not stay for every gateway that ever lived. */
const barrierTtlMs = 60_000;

export type SharedBarrierParts = {
  readonly log: ClusterLog;
  readonly clock: Clock;
  /** Names the record; the follower follows it. */
  readonly gateway: string;
  readonly follower: Pick<LogFollower, 'reached'>;
  /** Hears once of each that fails. */
  readonly onFailed: (error: unknown) => void;
};

/** Appends to the log and waits until the follower has seen it. Coalesced: one append is in flight, all callers that came after it began share the next. */
export class SharedBarrier {
  readonly #parts: SharedBarrierParts;
  #running: Promise<boolean> = Promise.resolve(true);
  #queued: Promise<boolean> | undefined;
  #lagMs: number | undefined;

  constructor(parts: SharedBarrierParts) {
    this.#parts = parts;
  }

  /** From an entry's writing until it was read, at the last barrier; `undefined` = that one failed, or there was none. */
  get lagMs(): number | undefined {
    return this.#lagMs;
  }

  /** Whatever was in the log before the call is in the view afterwards; false where that failed, after 2 s at the latest. Never rejects. */
  pass(): Promise<boolean> {
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined;
      this.#running = this.#run();
      return this.#running;
    });
    return this.#queued;
  }

  async #run(): Promise<boolean> {
    const { clock, onFailed } = this.#parts;
    this.#lagMs = undefined;
    try {
      if (await within(clock, barrierTimeoutMs, this.#seen())) return true;
      throw new BaleenError('cluster/unavailable', `the log did not answer within ${barrierTimeoutMs} ms`);
    } catch (error) {
      onFailed(error);
      return false;
    }
  }

  async #seen(): Promise<void> {
    const { log, clock, gateway, follower } = this.#parts;
    const sequence = await log.append(subjects.barrier(gateway), new Uint8Array(), { ttlMs: barrierTtlMs });
    const writtenMs = clock.monotonicMs();
    await follower.reached(sequence, barrierTimeoutMs);
    this.#lagMs = clock.monotonicMs() - writtenMs;
  }
}
