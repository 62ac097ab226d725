import type { EngineSummary, EventNotice, FeedMessage, FleetPoint, FleetStatus, PlacementNotice } from '#contracts';

/** `lost`: what is shown is what was known when the connection broke. */
export type Connection = 'connecting' | 'live' | 'lost';

export type Gateway = Omit<Extract<FeedMessage, { type: 'welcome' }>, 'type'>;

/** All that the page knows of the fleet. */
export type PageState = {
  readonly connection: Connection;
  readonly gateway: Gateway | undefined;
  /** By key; an engine that did not change stays the same object. */
  readonly engines: ReadonlyMap<string, EngineSummary>;
  /** Newest first, as the events. */
  readonly placements: readonly Numbered<PlacementNotice>[];
  readonly events: readonly Numbered<EventNotice>[];
  /** Oldest first. */
  readonly points: readonly FleetPoint[];
  readonly status: FleetStatus | undefined;
  /** The gateway's clock minus the browser's, ms: times are told by the gateway's. */
  readonly clockDeltaMs: number;
  /** What is said aloud to who does not see the page; empty = nothing. */
  readonly announcement: string;
};

/** With a number of its own, so that a list's rows keep their identity. */
export type Numbered<T> = T & { readonly number: number };

export const nothingKnown: PageState = {
  connection: 'connecting',
  gateway: undefined,
  engines: new Map(),
  placements: [],
  events: [],
  points: [],
  status: undefined,
  clockDeltaMs: 0,
  announcement: '',
};
