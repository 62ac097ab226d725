/** What the load process is asked for; each kind has a file of its own that does it. */
export type LoadJob = RequestsJob | CreatesJob | RemovesJob | EventsJob | MixedJob;

/** GETs of these paths in turn, on so many kept connections, one at a time on each. */
export type RequestsJob = {
  readonly kind: 'requests';
  readonly address: string;
  readonly paths: readonly string[];
  readonly connections: number;
  readonly forMs: number;
  /** Goes on after `forMs` until so many have ended, but never beyond `atMostMs`. */
  readonly atLeast: number;
  readonly atMostMs: number;
};

/** So many clients create and start containers, each one after the other, until so many are made or the time is over. */
export type CreatesJob = {
  readonly kind: 'creates';
  /** A client whose connection breaks goes on at the next one. */
  readonly addresses: readonly string[];
  readonly clients: number;
  readonly atMost: number;
  readonly atMostMs: number;
  /** One that every engine has. */
  readonly image: string;
  /** Of their names; no two jobs may share one. */
  readonly prefix: string;
  /** never: a job of its own does. */
  readonly removes: 'at once' | 'never';
};

/** Removes what a job with this prefix left. */
export type RemovesJob = {
  readonly kind: 'removes';
  readonly addresses: readonly string[];
  readonly prefix: string;
};

/** So many subscribers of `/events` for a while. */
export type EventsJob = {
  readonly kind: 'events';
  readonly address: string;
  readonly subscribers: number;
  /** Ends when they have heard so many together, or after `forMs`. */
  readonly expected: number;
  readonly forMs: number;
};

/** Some of everything that users do, at a steady pace, for a while. */
export type MixedJob = {
  readonly kind: 'mixed';
  readonly address: string;
  /** One that every engine has. */
  readonly image: string;
  /** Names of containers that run all the time. */
  readonly containers: readonly string[];
  readonly prefix: string;
  readonly forMs: number;
};

export type LoadOutcome = {
  readonly done: number;
  /** The time they took together, from the first request to the last answer. */
  readonly tookMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytes: number;
  readonly errors: number;
  /** The first of them, in words. */
  readonly firstErrors: readonly string[];
  readonly slowestMs: number;
  /** The longest time in which nothing ended well. */
  readonly gapMs: number;
};
