import type { Fleet } from '../../fleet.ts';
import type { Route } from '../../http/router.ts';
import { parseFilters } from '../list-filters.ts';
import { eventFilters, eventTest } from './event-filter.ts';
import { eventHistory } from './event-history.ts';
import type { EventHub } from './event-hub.ts';
import { eventTimeMs } from './event-time.ts';
import { EventWriter } from './event-writer.ts';
import type { FleetEvent } from './fleet-event.ts';

/** GET /events: live from all engines; with `since` what they remember comes first, with `until` it ends. The head leaves at once. */
export function eventsRoute(fleet: Fleet, hub: EventHub): Route {
  return {
    method: 'GET',
    path: '/events',
    semantics: 'aggregate',
    note: 'one order per engine; with since what engines remember comes first',
    handle: async (exchange) => {
      const { query, signal } = exchange;
      const nowMs = fleet.clock.nowMs();
      const sinceMs = eventTimeMs('since', query.get('since'));
      const untilMs = eventTimeMs('until', query.get('until'));
      const matches = eventTest(parseFilters(query.get('filters'), eventFilters));
      const writer = new EventWriter(exchange.stream(200), matches, fleet.logger);
      const isLive = untilMs === undefined || untilMs > nowMs;
      // Live events wait here while the past is being asked for, so that none falls between.
      let waiting: FleetEvent[] | undefined = [];
      // What the past has told and is still on its way over the bus; an engine's past is 256 events.
      const told = new Set<string>();
      const write = (event: FleetEvent) => {
        if (event.key === undefined || !told.delete(event.key)) writer.write(event);
      };
      // With `since` the past is wanted: an event that becomes known late is shown if it is not older.
      const isWanted = ({ lateMs, timeNano }: FleetEvent) =>
        lateMs === 0 || sinceMs === undefined || (timeNano ?? 0) / nsPerMs >= sinceMs;
      const hear = (event: FleetEvent) => {
        if (!isWanted(event)) return;
        if (waiting === undefined) write(event);
        else waiting.push(event);
      };
      const stop = hub.listen(hear, { repeated: sinceMs !== undefined });
      try {
        if (sinceMs !== undefined) {
          const pastMs = isLive ? undefined : untilMs;
          for (const event of await eventHistory(fleet, exchange.apiVersion, query.get('since') ?? '', pastMs)) {
            if (event.key !== undefined) told.add(event.key);
            writer.write(event);
          }
        }
        for (const event of waiting) write(event);
        waiting = undefined;
        if (isLive) await ended(fleet, signal, untilMs === undefined ? undefined : untilMs - nowMs, writer.closed);
      } finally {
        stop();
        writer.end();
      }
    },
  };
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

const nsPerMs = 1_000_000;

/** Timers hold 31 bits of milliseconds: 24 days. */
const longestTimerMs = 2 ** 31 - 1;
