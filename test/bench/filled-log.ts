import type { ClusterLog, LogFollower, LogObserver } from '#cluster-log';

export type FilledRecord = readonly [subject: string, payload: Buffer];

/**
 * A log that is read from a generator instead of kept: what following it costs is the follower's own. Whatever its patterns, a follower
 * hears of everything, of appends at once.
 */
export class FilledLog implements ClusterLog {
  readonly #records: () => Iterable<FilledRecord>;
  readonly #observers = new Set<LogObserver>();
  #sequence = 0;

  constructor(records: () => Iterable<FilledRecord>) {
    this.#records = records;
  }

  append(subject: string, payload: Uint8Array): Promise<number> {
    return Promise.resolve(this.#tell(subject, payload));
  }

  delete(subject: string): Promise<number> {
    return Promise.resolve(this.#tell(subject, undefined));
  }

  note(subject: string, payload: Uint8Array | undefined): void {
    this.#tell(subject, payload);
  }

  get(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  follow(_patterns: readonly string[], observer: LogObserver): LogFollower {
    this.#observers.add(observer);
    const caughtUp = new Promise<void>((resolve) => {
      setImmediate(() => {
        for (const [subject, payload] of this.#records()) this.#tell(subject, payload);
        observer.onCaughtUp?.();
        resolve();
      });
    });
    return {
      sequence: 0,
      reached: () => Promise.resolve(),
      caughtUp,
      stop: () => void this.#observers.delete(observer),
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #tell(subject: string, payload: Uint8Array | undefined): number {
    this.#sequence += 1;
    for (const { onEntry } of this.#observers) onEntry({ subject, payload, sequence: this.#sequence });
    return this.#sequence;
  }
}
