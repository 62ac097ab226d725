import { Session } from 'node:inspector/promises';
import type { Readable } from 'node:stream';
import { getHeapSnapshot } from 'node:v8';
import { BaleenError } from '#contracts';
import { type Clock, sleep } from '#service-shell';

/** Looks into this process with Node's inspector. One look at a time: two would measure each other. */
export class Profiler {
  readonly #clock: Clock;
  #isBusy = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Where CPU time goes during `durationMs`: a `.cpuprofile` document. Rejects with request/conflict during another look, or with the signal's reason. */
  cpuProfile(durationMs: number, signal: AbortSignal): Promise<unknown> {
    return this.#look(async (session) => {
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      await sleep(this.#clock, durationMs, signal);
      return (await session.post('Profiler.stop')).profile;
    });
  }

  /** Who allocates what during `durationMs`: a `.heapprofile` document. Rejects as `cpuProfile` does. */
  heapProfile(durationMs: number, signal: AbortSignal): Promise<unknown> {
    return this.#look(async (session) => {
      await session.post('HeapProfiler.startSampling');
      await sleep(this.#clock, durationMs, signal);
      return (await session.post('HeapProfiler.stopSampling')).profile;
    });
  }

  /** Hands everything that is in memory now, as the bytes of a `.heapsnapshot`, to `use`. The process stands still while it is taken. */
  heapSnapshot(use: (bytes: Readable) => Promise<void>): Promise<void> {
    return this.#look(() => use(getHeapSnapshot()));
  }

  async #look<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (this.#isBusy) throw new BaleenError('request/conflict', 'another profile is being taken: ask again when it is done');
    this.#isBusy = true;
    const session = new Session();
    try {
      session.connect();
      return await work(session);
    } finally {
      // Ends what the session had started, too.
      session.disconnect();
      this.#isBusy = false;
    }
  }
}
