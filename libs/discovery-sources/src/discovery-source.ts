import type { BaleenError } from '#contracts';

export type SourceObserver = {
  /** The complete list of addresses, each once. Called for the first list and for every changed one. */
  readonly onList: (addresses: readonly string[]) => void;
  /**
   * Something could not be read. discovery/unavailable: the source itself, its last list stays. discovery/invalid: one entry of it,
   * named in the message; a list of the others follows.
   */
  readonly onError: (error: BaleenError) => void;
};

/**
 * Where a list of engines comes from (spec 2.1), one file each in `backends/`. A source only says what is listed; it never talks to
 * engines. It finds its way back by itself after an outage, which changes no list. One conformance suite holds all: test/discovery.
 */
export interface DiscoverySource {
  /** What member records name as their source; stable over restarts, without secrets. */
  readonly name: string;
  /** Emits lists until stopped. */
  start(observer: SourceObserver): { stop(): void };
}

/** The writing side of a source whose backend has one: etcd, consul, zk, token. Rejects with discovery/unavailable. */
export interface DiscoveryRegistry {
  /** Lists the address for `ttlMs` from now on; called again before they are over it stays listed. */
  register(address: string, ttlMs: number): Promise<void>;
  /** Takes the address off the list at once; nothing happens when this registry did not put it there. */
  deregister(address: string): Promise<void>;
  /** Drops connections; what is registered ends with its TTL (zk: with the session). */
  close(): Promise<void>;
}
