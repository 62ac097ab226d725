import type { ClusterLog, LogEntry, LogFollower } from '#cluster-log';
import type { Clock } from '#service-shell';

/** One implementation under test, fresh for each test. */
export type LogUnderTest = {
  readonly clock: Clock;
  /** Another process' handle on the same log. */
  open(): Promise<ClusterLog>;
  /** Lets time pass until the condition holds (bounded). */
  until(holds: () => boolean): Promise<void>;
  stop(): Promise<void>;
};

export const bytes = (text: string) => new TextEncoder().encode(text);

/** What a test of the suite works with. */
export type LogStage = {
  readonly under: LogUnderTest;
  /** A handle on the log under test. */
  readonly log: ClusterLog;
  /** Follows from now on; `texts` are its entries as `subject=payload`. */
  readonly follow: (
    patterns: readonly string[],
    from?: ClusterLog,
  ) => {
    readonly seen: LogEntry[];
    readonly follower: LogFollower;
    readonly texts: () => string[];
  };
};
