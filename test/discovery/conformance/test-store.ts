/** A real registry server of a test. Paths have no slash at their start: `docker/swarm/nodes/10.0.0.1:2375`. */
export type TestStore = {
  /** Discovery argument with a prefix: empty, or `/…`. */
  readonly argument: (prefix: string) => string;
  /** `host:port`. */
  readonly address: string;
  /** Discovery options that are needed to reach it. */
  readonly options: readonly string[];
  readonly put: (path: string, value: string) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
  /** Without warning; what was stored is there again after `start`. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
};
