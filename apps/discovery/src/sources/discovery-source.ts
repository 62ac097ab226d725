import type { BaleenError } from '#contracts';

export type SourceObserver = {
  /** The complete list of addresses, each once. Called for the first list and for every changed one. */
  readonly onList: (addresses: readonly string[]) => void;
  /** The source could not be read: the last list stays. */
  readonly onError: (error: BaleenError) => void;
};

/** Where a list of engines comes from (spec 2.1): nodes, file. A source only says what is listed; it never talks to engines. */
export interface DiscoverySource {
  /** What member records name as their source. */
  readonly name: string;
  /** Emits lists until stopped. */
  start(observer: SourceObserver): { stop(): void };
}
