import { BaleenError } from '#contracts';
import { needs } from '../../access/access-rule.ts';
import type { Fleet } from '../../fleet.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { Route } from '../../http/router.ts';
import { parseFilters } from '../list-filters.ts';
import { eventFilters, eventTest } from './event-filter.ts';
import { eventFormat } from './event-format.ts';
import { eventHistory } from './event-history.ts';
import type { EventHub } from './event-hub.ts';
import { eventTimeNs, msOf } from './event-time.ts';
import { EventWriter, queuedMax } from './event-writer.ts';
import { eventWithoutRequest, type FleetEvent } from './fleet-event.ts';
import { ownEventTest } from './own-events.ts';

/** GET /events: live from all engines; with `since` or `until` what they remember comes first, with `until` it ends. The head leaves at once. */
export function eventsRoute(fleet: Fleet, hub: EventHub): Route {
  return {
    method: 'GET',
    path: '/events',
    semantics: 'aggregate',
    access: needs('read'),
    note: 'merged, in each engine’s order, with the node in Actor.Attributes; engines that come and go are events of type swarm',
    handle: (exchange) => tell(fleet, hub, exchange),
  };
}

async function tell(fleet: Fleet, hub: EventHub, exchange: Exchange): Promise<void> {
  const period = periodOf(exchange, fleet.clock.nowMs());
  const wanted = eventTest(parseFilters(exchange.query.get('filters'), eventFilters));
  const isOwn = fleet.scope === undefined ? () => true : ownEventTest(fleet.follower, fleet.scope);
  const matches = (event: FleetEvent) => isOwn(event) && wanted(event);
  const format = eventFormat(exchange);
  const response = exchange.stream(200, { 'Content-Type': format.contentType });
  const writer = new EventWriter({ response, format, matches, beat: hub.beat, logger: fleet.logger });
  // Live events wait here while the past is being asked for, so that none falls between.
  let waiting: FleetEvent[] | undefined = [];
  // What the past has told and is still on its way over the bus; an engine's past is 256 events.
  const told = new Set<string>();
  const tellOne = (event: FleetEvent) => writer.write(exchange.mayInspect ? event : eventWithoutRequest(event));
  const write = (event: FleetEvent) => {
    if (event.key === undefined || !told.delete(event.key)) tellOne(event);
  };
  const hear = (event: FleetEvent) => {
    if (waiting === undefined) write(event);
    else if (waiting.length < queuedMax) waiting.push(event);
    else writer.cutOff();
  };
  const own = hub.ownEvents;
  const stop = hub.listen(hear, period.fromNs);
  try {
    for (const event of await past(fleet, exchange, period, own)) {
      if (event.key !== undefined) told.add(event.key);
      tellOne(event);
    }
    for (const event of waiting) write(event);
    waiting = undefined;
    if (period.isLive) await ended(fleet, exchange.signal, period.forMs, writer.closed);
  } finally {
    stop();
    writer.end();
  }
}

type Period = {
  /** Where the past begins that the client wants; `undefined` = it wants none. */
  readonly fromNs: bigint | undefined;
  readonly untilNs: bigint | undefined;
  /** It also wants what is still to come, for so long; without `forMs` for ever. */
  readonly isLive: boolean;
  readonly forMs: number | undefined;
};

/** Throws request/invalid for what is no time, and for an end before the beginning, in the engine's words. */
function periodOf({ query }: Exchange, nowMs: number): Period {
  const [since, until] = [query.get('since'), query.get('until')];
  const sinceNs = eventTimeNs('since', since, nowMs);
  const untilNs = eventTimeNs('until', until, nowMs);
  if (sinceNs !== undefined && untilNs !== undefined && untilNs < sinceNs)
    throw new BaleenError('request/invalid', `\`since\` time (${since}) cannot be after \`until\` time (${until})`);
  const forMs = untilNs === undefined ? undefined : msOf(untilNs) - nowMs;
  // An end alone asks for all of the past, as engines take it.
  const fromNs = sinceNs ?? (untilNs === undefined ? undefined : 0n);
  return { fromNs, untilNs, isLive: forMs === undefined || forMs > 0, forMs };
}

/** Of the engines and of the gateway itself, in order. */
async function past(
  fleet: Fleet,
  exchange: Exchange,
  { fromNs, untilNs, isLive }: Period,
  own: readonly FleetEvent[],
): Promise<FleetEvent[]> {
  if (fromNs === undefined) return [];
  const endNs = isLive ? undefined : untilNs;
  const ofEngines = await eventHistory(fleet, exchange.apiVersion, fromNs, endNs);
  const ours = own.filter(({ timeNano = 0 }) => timeNano >= Number(fromNs) && (endNs === undefined || timeNano <= Number(endNs)));
  return [...ofEngines, ...ours].sort((left, right) => (left.timeNano ?? 0) - (right.timeNano ?? 0));
}

/** Until the client has gone, was too slow, or the time is up. */
function ended({ clock }: Fleet, signal: AbortSignal, forMs: number | undefined, closed: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = forMs === undefined ? () => undefined : clock.after(Math.min(forMs, longestTimerMs), resolve);
    const finish = () => {
      cancel();
      resolve();
    };
    if (signal.aborted) finish();
    signal.addEventListener('abort', finish, { once: true });
    void closed.then(finish);
  });
}

/** Timers hold 31 bits of milliseconds: 24 days. */
const longestTimerMs = 2 ** 31 - 1;
