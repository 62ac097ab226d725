import type { EngineSummary, FeedMessage, FleetPoint } from '#contracts';

/** A healthy engine, but for what is given. */
export function engineOf(name: string, given: Partial<EngineSummary> = {}): EngineSummary {
  return {
    key: `key-${name}`,
    id: `id-${name}`,
    name,
    address: `${name}:2375`,
    state: 'healthy',
    availability: 'active',
    containers: 0,
    running: 0,
    cpus: 4,
    memoryBytes: 8 * 1024 ** 3,
    reservedCpus: 0,
    reservedMemoryBytes: 0,
    serverVersion: '28.5.2',
    operatingSystem: 'Debian',
    labels: {},
    ...given,
  };
}

type Told<T extends FeedMessage['type']> = Partial<Omit<Extract<FeedMessage, { type: T }>, 'type'>>;

export function wholeOf(given: Told<'whole'> = {}): FeedMessage {
  return { type: 'whole', atMs: 0, engines: [], points: [], placements: [], events: [], ...given };
}

export function changeOf(given: Told<'change'> = {}): FeedMessage {
  return { type: 'change', atMs: 0, engines: [], gone: [], points: [], placements: [], events: [], ...given };
}

export function eventAt(atMs: number): Extract<FeedMessage, { type: 'change' }>['events'][number] {
  return { atMs, type: 'container', action: 'start', subject: `web-${atMs}`, node: 'node-1' };
}

export function pointAt(atMs: number): FleetPoint {
  return {
    atMs,
    engines: 1,
    healthy: 1,
    containers: 0,
    running: 0,
    requestsPerSecond: 0,
    placementsPerSecond: 0,
    refusalsPerSecond: 0,
    eventsPerSecond: 0,
  };
}
